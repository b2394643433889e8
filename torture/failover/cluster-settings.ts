/** Ports of a node: of its Postgres, and of Patroni's answers. */
export interface NodePorts {
  readonly name: string
  readonly postgres: number
  readonly patroni: number
}

export const password = 'indwell'

/** The least that Patroni takes: for so long a primary that fell silent may hold its place, in seconds. */
const ttl = 20

/** Of one node, as JSON, which is YAML as well. https://patroni.readthedocs.io/en/latest/yaml_configuration.html */
export function patroniSettings(node: NodePorts, root: string, postgresBin: string, etcdPort: number): string {
  const superuser = { username: 'postgres', password }
  return JSON.stringify({
    scope: 'indwell',
    name: node.name,
    restapi: { listen: `127.0.0.1:${node.patroni}`, connect_address: `127.0.0.1:${node.patroni}` },
    etcd3: { hosts: [`127.0.0.1:${etcdPort}`] },
    bootstrap: {
      dcs: {
        ttl,
        loop_wait: 2,
        retry_timeout: 5,
        // A primary whose server crashed hands over instead of starting it again.
        primary_start_timeout: 0,
        master_start_timeout: 0,
        maximum_lag_on_failover: 0,
        // Only a standby that has every answered write is promoted.
        synchronous_mode: true,
        postgresql: {
          use_pg_rewind: true,
          use_slots: true,
          parameters: {
            synchronous_commit: 'on',
            wal_log_hints: 'on',
            wal_keep_size: '256MB',
            max_connections: 100,
            shared_buffers: '32MB',
            dynamic_shared_memory_type: 'mmap',
          },
        },
      },
      initdb: [{ encoding: 'UTF8' }, { locale: 'C' }],
    },
    postgresql: {
      listen: `127.0.0.1:${node.postgres}`,
      connect_address: `127.0.0.1:${node.postgres}`,
      data_dir: `${root}/${node.name}`,
      bin_dir: postgresBin,
      pgpass: `${root}/${node.name}.pgpass`,
      authentication: { superuser, replication: superuser, rewind: superuser },
      parameters: { unix_socket_directories: root },
      pg_hba: ['host all all 127.0.0.1/32 md5', 'host replication all 127.0.0.1/32 md5'],
      remove_data_directory_on_rewind_failure: true,
      remove_data_directory_on_diverged_timelines: true,
    },
    watchdog: { mode: 'off' },
  })
}

/** Leads to whoever says that it is the primary, and breaks what still leads to one that is none any more. */
export function haproxySettings(port: number, nodes: readonly NodePorts[]): string {
  const servers = nodes.map(
    ({ name, postgres, patroni }) => `  server ${name} 127.0.0.1:${postgres} check port ${patroni}`,
  )
  return `defaults
  mode tcp
  timeout connect 2s
  timeout client 1h
  timeout server 1h
  timeout check 2s
listen primary
  bind 127.0.0.1:${port}
  option httpchk GET /primary
  http-check expect status 200
  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
${servers.join('\n')}
`
}

export function etcdArguments(root: string, clientPort: number, peerPort: number): readonly string[] {
  const [client, peer] = [`http://127.0.0.1:${clientPort}`, `http://127.0.0.1:${peerPort}`]
  return [
    ...['--name', 'etcd', '--data-dir', `${root}/etcd`, '--initial-cluster', `etcd=${peer}`],
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
  ]
}
