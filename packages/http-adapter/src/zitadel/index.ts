export { type ZitadelOptions, zitadel } from './zitadel'
