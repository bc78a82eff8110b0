import {
  dial,
  EndpointConnections,
  failureFromData,
  isMessage,
  namedArguments,
  PendingCalls,
  receivedHeaders,
  ResourceExhausted,
  sentHeaders,
} from '@ts-chassis/core';
import type { ClientTransport, Clock, Codec, Services, SharedConnection } from '@ts-chassis/core';
import type { Socket } from 'node:net';
import { Frames, HELLO, Kind, WINDOW } from './frames.js';

const IDLE_MS = 60_000;

export function talkClient({ clock, tls }: Services, codec: Codec, maxBytes: number): ClientTransport {
  return new EndpointConnections('talk', {
    speaks: isMessage,
    async open(invocation, retire) {
      const socket = await dial(invocation, { protocol: 'talk', clock, tls });
      const line = lineOver(socket, { clock, codec, maxBytes, retire: () => retire(line) });
      return line;
    },
  });
}

interface Speaking {
  readonly clock: Clock;
  readonly codec: Codec;
  readonly maxBytes: number;
  retire(): void;
}

/** Calls over one connection. */
function lineOver(socket: Socket, { clock, codec, maxBytes, retire }: Speaking): SharedConnection {
  const frames = new Frames(socket, maxBytes, take);
  const hangUp = (): void => process.nextTick(() => socket.end());
  let ending = false;
  let failure: Error | undefined;
  const calls = new PendingCalls({
    window: WINDOW,
    grant: (call, count) => frames.send(Kind.more, call, Buffer.from([count])),
    gaveUp: (call) => frames.send(Kind.cancel, call),
    idle: () => ending && hangUp(),
  });
  socket.write(HELLO);
  socket.setTimeout(IDLE_MS, () => calls.size === 0 && retire());
  socket.on('error', (error) => (failure = error));

  function take(kind: number, call: number, body: Buffer | undefined): void {
    if (kind === Kind.leave) return retire();
    if (kind === Kind.end) return calls.end(call);
    if (!body) return calls.fail(call, ResourceExhausted(`the answer is longer than ${maxBytes} bytes`));
    try {
      read(kind, call, codec.decode(body));
    } catch (error) {
      socket.destroy(error as Error);
    }
  }

  function read(kind: number, call: number, data: unknown): void {
    if (kind === Kind.value) calls.value(call, (data as unknown[])[1], receivedHeaders((data as unknown[])[0]));
    else if (kind === Kind.open) calls.open(call, receivedHeaders(data));
    else if (kind === Kind.item) calls.item(call, data);
    else if (kind === Kind.fail) calls.fail(call, failureFromData(data));
    else throw new Error(`a frame of the kind ${kind}`);
  }

  return {
    closed: new Promise((resolve) => socket.once('close', () => resolve(calls.failAll(failure)))),
    send(invocation) {
      const headers = sentHeaders(invocation, clock.elapsed());
      const message = codec.encode([invocation.operation.id, headers, namedArguments(invocation)]);
      const [call, reply] = calls.add(invocation);
      frames.send(Kind.call, call, message);
      return reply;
    },
    end() {
      ending = true;
      if (calls.size === 0) hangUp();
    },
    destroy: () => socket.destroy(),
  };
}
