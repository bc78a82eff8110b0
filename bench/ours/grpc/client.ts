/** The typed client over gRPC through the whole consumer chain, discovery and balancing included. `BACKEND_PORT` may name several ports. */
import { type Client, createApplication, Injectable, Module, Remote } from '@ts-chassis/core';
import { grpc } from '@ts-chassis/grpc';
import { obey } from '../../harness/call-loop.js';
import { protoFile } from '../../peers/grpc/greeter.js';
import { Greeter } from './greeter.js';

@Injectable()
class Caller {
  constructor(@Remote(Greeter, { service: 'greeter' }) readonly greeter: Client<Greeter>) {}
}

@Module({ providers: [Caller] })
class CallerModule {}

const ports = (process.env['BACKEND_PORT'] ?? '').split(',');
const app = createApplication({
  name: 'caller',
  modules: [CallerModule],
  plugins: [grpc({ protos: [{ file: protoFile }] })],
  ambient: false,
  configuration: {
    directory: false,
    values: {
      'servicecomb.registry.type': 'static',
      'servicecomb.registry.static.greeter': ports.map((port) => `grpc://127.0.0.1:${port}`),
      'servicecomb.log.level': 'warn',
    },
  },
});

async function main(): Promise<void> {
  await app.start();
  const { greeter } = app.get(Caller);
  obey(async () => {
    const { message } = await greeter.sayHello('Ada');
    if (message !== 'Hello Ada') throw new Error(`unexpected answer ${message}`);
    return message;
  });
}

void main();
