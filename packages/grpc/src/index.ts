export { GRPC_ERRORS, type GrpcErrorCode } from './codes.js';
export { Rpc } from './decorators/rpc.js';
export type { GrpcClientOptions } from './client/grpc-client-options.js';
export type { GrpcOptions } from './grpc-options.js';
export { grpc } from './plugin.js';
export type { GivenProto, ProtoLoaderOptions, ProtosOptions } from './proto/protos-options.js';
export type { GrpcServerOptions } from './server/grpc-server-options.js';
export { CODE_OF_KIND, kindOfCode } from './status.js';
