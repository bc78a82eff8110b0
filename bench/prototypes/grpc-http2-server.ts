/** The least that serves gRPC on `node:http2` with protobufjs: no deadlines, no limits, no compression. */
import { once } from 'node:events';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import { greetingOf, loadMessages, type Messages, type Order, receiptOf } from '../peers/grpc/greeter.js';
import { framed, unframed } from './grpc-framing.js';

type Answer = (message: Buffer) => Uint8Array[];

function methodsOf({ hello, helloReply, list, order, receipt }: Messages): Map<string, Answer> {
  const reply = (name: string): Uint8Array => helloReply.encode(greetingOf(name)).finish();
  return new Map<string, Answer>([
    ['/helloworld.Greeter/SayHello', (message) => [reply((hello.decode(message) as unknown as { name: string }).name)]],
    [
      '/helloworld.Greeter/Place',
      (message) => [receipt.encode(receiptOf(order.decode(message) as unknown as Order)).finish()],
    ],
    [
      '/helloworld.Greeter/List',
      (message) => {
        const { count } = list.decode(message) as unknown as { count: number };
        return Array.from({ length: count }, (_, index) => reply(`reader ${index + 1}`));
      },
    ],
  ]);
}

const responseHeaders = { ':status': 200, 'content-type': 'application/grpc' };
const unknownMethod = { ...responseHeaders, 'grpc-status': '12' };
const trailers = { 'grpc-status': '0' };
const withTrailers = { waitForTrailers: true };

function sendTrailers(this: ServerHttp2Stream): void {
  this.sendTrailers(trailers);
}

function serve(stream: ServerHttp2Stream, answer: Answer): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => undefined);
  stream.on('wantTrailers', sendTrailers);
  stream.on('end', () => {
    const messages = answer(unframed(chunks));
    stream.respond(responseHeaders, withTrailers);
    const last = messages.length - 1;
    for (let index = 0; index < last; index += 1) stream.write(framed(messages[index] as Uint8Array));
    stream.end(framed(messages[last] as Uint8Array));
  });
}

async function main(): Promise<void> {
  const methods = methodsOf(await loadMessages());
  // several, with commas
  for (const port of (process.env['PORT'] ?? '').split(',')) {
    const server = createServer();
    server.on('stream', (stream, headers) => {
      const answer = methods.get(headers[':path'] ?? '');
      if (answer) serve(stream, answer);
      else stream.respond(unknownMethod, { endStream: true });
    });
    server.listen(Number(port), '127.0.0.1');
    await once(server, 'listening');
  }
  console.log('listening');
}

void main();
