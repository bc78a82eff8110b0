import { ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';
import { createSecureContext, type ConnectionOptions } from 'node:tls';

/** What `tls.connect` would take, as grpc-js wants it. */
export function secureCredentials(connect: ConnectionOptions): {
  readonly credentials: ChannelCredentials;
  readonly options: ChannelOptions;
} {
  const { secureContext, checkServerIdentity, rejectUnauthorized, servername } = connect;
  return {
    credentials: ChannelCredentials.createFromSecureContext(secureContext ?? createSecureContext(connect), {
      ...(checkServerIdentity && { checkServerIdentity }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    }),
    options: servername ? { 'grpc.ssl_target_name_override': servername } : {},
  };
}
