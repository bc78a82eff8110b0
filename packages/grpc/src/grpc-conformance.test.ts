import { transportConformance } from '@ts-chassis/testing';
import { describe, it } from 'vitest';
import { grpc } from './plugin.js';
import { ENGINES } from './server/serving.fixture.js';

for (const engine of ENGINES) {
  transportConformance(
    `the transport of gRPC, its server by ${engine}`,
    {
      protocol: 'grpc',
      plugins: () => [grpc({ server: { engine } })],
      abilities: ['client-streams', 'bidirectional', 'stream-failures', 'sockets', 'limit'],
    },
    { runner: { describe, it } },
  );
}
