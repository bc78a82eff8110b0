/** ts-chassis as a provider over gRPC: the whole chain, with context, deadline, limits and validation; with `HANDLERS` two more that read each reply. */
import { createApplication, Module } from '@ts-chassis/core';
import { grpc } from '@ts-chassis/grpc';
import { protoFile } from '../../peers/grpc/greeter.js';
import { BoundValueReader, ValueReader } from '../shop.js';
import { Greeter } from './greeter.js';

const handlers = process.env['HANDLERS'] === 'on' ? [ValueReader, BoundValueReader] : [];

@Module({ schemas: [Greeter], handlers })
class GreeterModule {}

/** What speaks HTTP/2: `grpc-js` instead of the default. */
const engine = process.env['ENGINE'] === 'grpc-js' ? 'grpc-js' : 'http2';

const app = createApplication({
  name: 'greeter',
  modules: [GreeterModule],
  plugins: [grpc({ protos: [{ file: protoFile }], server: { engine } })],
  ambient: false,
  configuration: {
    directory: false,
    values: {
      'servicecomb.protocols.grpc.listenAddress': `127.0.0.1:${process.env['PORT']}`,
      // its headers are read: caller, context and deadline
      'servicecomb.protocols.grpc.trust': 'peers',
      'servicecomb.transport.timeout.grpc': '30s',
      'servicecomb.registry.type': 'static',
      'servicecomb.log.level': 'warn',
    },
  },
});

void app.start().then(() => console.log('listening'));
