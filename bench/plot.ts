import type { MarkedRow } from './row'
export const plot = (rows: readonly MarkedRow[]): string => String(rows.length)
