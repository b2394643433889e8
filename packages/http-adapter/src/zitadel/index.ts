export { quotaExhausted } from './quota-exhausted'
export { type ZitadelOptions, zitadel } from './zitadel'
export { type ZitadelExportOptions, zitadelExport } from './zitadel-export'
