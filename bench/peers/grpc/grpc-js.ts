/** Peer: `@grpc/grpc-js` as its guide shows it. */
import { loadPackageDefinition, Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { sendUnaryData, ServerUnaryCall, ServerWritableStream } from '@grpc/grpc-js';
import { greetingOf, type Order, protoFile, receiptOf } from './greeter.js';

const { helloworld } = loadPackageDefinition(loadSync(protoFile)) as unknown as {
  helloworld: { Greeter: { service: ServiceDefinition } };
};

/** Waits while the reader does. */
function list(call: ServerWritableStream<{ count: number }, object>): void {
  let sent = 0;
  const send = (): void => {
    while (sent < call.request.count) {
      sent += 1;
      if (!call.write(greetingOf(`reader ${sent}`))) return void call.once('drain', send);
    }
    call.end();
  };
  send();
}

const server = new Server();
server.addService(helloworld.Greeter.service, {
  SayHello: (call: ServerUnaryCall<{ name: string }, object>, answer: sendUnaryData<object>) =>
    answer(null, greetingOf(call.request.name)),
  Place: (call: ServerUnaryCall<Order, object>, answer: sendUnaryData<object>) => answer(null, receiptOf(call.request)),
  List: list,
});
server.bindAsync(`127.0.0.1:${process.env['PORT']}`, ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
  console.log('listening');
});
