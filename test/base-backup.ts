import { chmod, chown, copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The part of `pg.Client` that is used. */
interface Client {
  query(text: string): Promise<{ readonly rows: readonly { readonly labelfile?: string }[] }>
}

/**
 * Copies the files of a server that is in use, as its manual describes it for who has no `pg_basebackup`: what changes
 * meanwhile is made good by its log.
 * https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP
 */
export async function takeBaseBackup(
  client: Client,
  from: string,
  to: string,
  { waitForArchive = false }: { readonly waitForArchive?: boolean } = {},
): Promise<void> {
  await client.query(`select pg_backup_start('test', fast => true)`)
  await copyDirectory(from, to)
  const { rows } = await client.query(`select labelfile from pg_backup_stop(wait_for_archive => ${waitForArchive})`)
  await writeFileAs(from, join(to, 'backup_label'), rows[0]!.labelfile!)
}

/** Writes a file that belongs to whom `like` belongs. */
export async function writeFileAs(like: string, path: string, text: string): Promise<void> {
  await writeFile(path, text)
  await keepOwner(like, path)
}

const leftOut = new Set(['postmaster.pid', 'postmaster.opts'])
/** Kept as directories, without what is in them. */
const emptied = new Set(['pg_wal', 'pg_replslot'])

async function copyDirectory(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  await keepOwner(from, to)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory() && emptied.has(entry.name)) {
      await mkdir(target)
      await keepOwner(source, target)
    } else if (entry.isDirectory()) {
      await copyDirectory(source, target)
    } else if (entry.isFile() && !leftOut.has(entry.name)) {
      await copyFile(source, target).then(
        () => keepOwner(from, target),
        (error: NodeJS.ErrnoException) => {
          // The server removes files at any time, and its log says so.
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
