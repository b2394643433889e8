export type { CorsOptions } from './cors'
export { type ZitadelGrpcOptions, zitadelGrpc } from './zitadel-grpc'
