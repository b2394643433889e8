import { createRequire } from 'node:module'
import type pg from 'pg'

const { Client } = createRequire(import.meta.url)('pg') as typeof pg

let newest = 0

/** What the connections of children are called. */
const childName = 'torture-child'

export interface TorturedDatabase {
  /** For the parent. */
  readonly url: string
  readonly childUrl: string
  /** Answers once no connection of a child is left on the server. */
  childrenGone(): Promise<void>
  drop(): Promise<void>
}

/** An empty database of its own on the server of `serverUrl`. */
export async function createTorturedDatabase(serverUrl: string): Promise<TorturedDatabase> {
  const name = `torture_${process.pid}_${++newest}`
  await administer(serverUrl, `create database ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const childUrl = new URL(url)
  childUrl.searchParams.set('application_name', childName)
  return {
    url: url.href,
    childUrl: childUrl.href,
    async childrenGone() {
      const query = `select 1 from pg_stat_activity where datname = '${name}' and application_name = '${childName}'`
      while ((await administer(serverUrl, query)) > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    async drop() {
      await administer(serverUrl, `drop database if exists ${name} with (force)`)
    },
  }
}

/** Answers how many rows came back. */
export async function administer(url: string, statement: string): Promise<number> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(statement)).rows.length
  } finally {
    await client.end()
  }
}
