import { dumpedSqlite } from '../../../test/dumped-database'
import { describeEncryption } from './encryption'

describeEncryption('SQLite', dumpedSqlite)
