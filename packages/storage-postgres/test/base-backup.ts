import { chmod, chown, copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'

/**
 * Copies the files of a server that is in use, as its manual describes it for who has no `pg_basebackup`: what changes
 * meanwhile is made good by the archived log.
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function takeBaseBackup(client: pg.Client, from: string, to: string): Promise<void> {
  await client.query(`select pg_backup_start('test', fast => true)`)
  await copyDirectory(from, to)
  const { rows } = await client.query('select labelfile from pg_backup_stop()')
  await writeFile(join(to, 'backup_label'), rows[0].labelfile)
  await keepOwner(from, join(to, 'backup_label'))
}

/** Has the server that starts on the copy read the archived log, to the end or a named point of it. */
export async function makeRecoverable(from: string, to: string): Promise<void> {
  await writeFile(join(to, 'recovery.signal'), '')
  await keepOwner(from, join(to, 'recovery.signal'))
}

const leftOut = new Set(['pg_wal', 'postmaster.pid', 'postmaster.opts'])

async function copyDirectory(from: string, to: string): Promise<void> {
  await mkdir(to)
  await keepOwner(from, to)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory() && entry.name === 'pg_wal') {
      for (const directory of [target, join(target, 'archive_status')]) {
        await mkdir(directory)
        await keepOwner(source, directory)
      }
    } else if (entry.isDirectory()) {
      await copyDirectory(source, target)
    } else if (entry.isFile() && !leftOut.has(entry.name)) {
      await copyFile(source, target).then(
        () => keepOwner(from, target),
        (error: NodeJS.ErrnoException) => {
          // The server removes files at any time, and the log says so.
          if (error.code !== 'ENOENT') throw error
        },
      )
    }
  }
}

async function keepOwner(of: string, path: string): Promise<void> {
  const { uid, gid } = await stat(of)
  await chown(path, uid, gid)
  if ((await stat(path)).isDirectory()) await chmod(path, 0o700)
}
