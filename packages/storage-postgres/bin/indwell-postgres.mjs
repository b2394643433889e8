#!/usr/bin/env node
import { runCommand } from '@indwell/storage-postgres/command'

process.exitCode = await runCommand(process.argv.slice(2), { out: console.log, err: console.error })
