/** Builds what is needed and becomes the reference server: one process, so that signals reach it. */
import { build } from './build.mjs'

await build({ declarations: false })
await import('../examples/reference-server/dist/main.js')
