import { dumpedPostgres } from '../../../test/dumped-database'
import { describeEncryption } from './encryption'

describeEncryption('Postgres', dumpedPostgres)
