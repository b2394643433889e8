/** In the order they are measured. */
export const groups = ['memory', 'start', 'sqlite', 'durable', 'postgres', 'peers', 'http', 'grpc'] as const

/** Minutes and gigabytes. */
export const largeGroups = ['large-sqlite', 'large-postgres', 'search'] as const

export type Group = (typeof groups | typeof largeGroups)[number]

export function isGroup(text: string): text is Group {
  return [...groups, ...largeGroups].some((group) => group === text)
}
