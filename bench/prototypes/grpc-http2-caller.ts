/** The prototype of a client as the harness drives it. */
import { obey } from '../harness/call-loop.js';
import { loadMessages } from '../peers/grpc/greeter.js';
import { Http2Caller } from './grpc-http2-client.js';

async function main(): Promise<void> {
  const { hello, helloReply } = await loadMessages();
  const callers = (process.env['BACKEND_PORT'] ?? '').split(',').map((port) => new Http2Caller(`127.0.0.1:${port}`));
  let turn = 0;
  obey(async () => {
    const caller = callers[(turn = (turn + 1) % callers.length)] as Http2Caller;
    const bytes = await caller.call('/helloworld.Greeter/SayHello', hello.encode({ name: 'Ada' }).finish());
    const { message } = helloReply.decode(bytes) as unknown as { message: string };
    if (message !== 'Hello Ada') throw new Error(`unexpected answer ${message}`);
    return message;
  });
}

void main();
