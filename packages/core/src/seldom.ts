// What few directories need. It is one module so that what it shares with the others is one file more, not ten: each takes
// as long as reading much of this.
export { openVault } from './encryption/open-vault'
export { reencryptMetadata } from './encryption/reencrypt-metadata'
export { sealedStorage } from './encryption/sealed-storage'
export { exportDirectory } from './portable/export-directory'
export { importDirectory } from './portable/import-directory'
