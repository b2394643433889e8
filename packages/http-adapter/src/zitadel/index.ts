export { quotaExhausted } from './quota-exhausted'
export { type ZitadelOptions, zitadel } from './zitadel'
