export type { Http2App, Listening, ListenOptions } from './listen'
export { listen } from './listen'
export type { ListenLimits } from './listen-limits'
