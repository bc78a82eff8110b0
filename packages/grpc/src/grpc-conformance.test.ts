import { transportConformance } from '@ts-chassis/testing';
import { describe, it } from 'vitest';
import { grpc } from './plugin.js';

transportConformance(
  'the transport of gRPC',
  {
    protocol: 'grpc',
    plugins: () => [grpc()],
    abilities: ['client-streams', 'bidirectional', 'stream-failures', 'sockets', 'limit'],
  },
  { runner: { describe, it } },
);
