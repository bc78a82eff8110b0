/** Peer of the typed client: one client of `@grpc/grpc-js`. */
import { type Client, credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { obey } from '../../harness/call-loop.js';
import { protoFile } from './greeter.js';

interface Greeter extends Client {
  sayHello(request: { name: string }, answer: (error: Error | null, reply: { message: string }) => void): void;
}

const { helloworld } = loadPackageDefinition(loadSync(protoFile)) as unknown as {
  helloworld: { Greeter: ServiceClientConstructor };
};
const greeters = (process.env['BACKEND_PORT'] ?? '')
  .split(',')
  .map((port) => new helloworld.Greeter(`127.0.0.1:${port}`, credentials.createInsecure()) as unknown as Greeter);
let turn = 0;

function sayHello(): Promise<string> {
  const greeter = greeters[(turn = (turn + 1) % greeters.length)] as Greeter;
  return new Promise((resolve, reject) => {
    greeter.sayHello({ name: 'Ada' }, (error, reply) => {
      if (error) reject(error);
      else if (reply.message !== 'Hello Ada') reject(new Error(`unexpected answer ${reply.message}`));
      else resolve(reply.message);
    });
  });
}

obey(sayHello);
