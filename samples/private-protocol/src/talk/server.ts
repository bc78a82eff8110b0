import {
  AnsweringCalls,
  argumentsOf,
  CallsUnderWay,
  InvalidArgument,
  isMessage,
  receivedHeaders,
  receivedInvocation,
  ResourceExhausted,
  senderOf,
  serveConnections,
} from '@ts-chassis/core';
import type { Codec, ListenerBinding, ServedOperation, ServerTransport } from '@ts-chassis/core';
import type { Socket } from 'node:net';
import { Frames, HELLO, Kind, WINDOW } from './frames.js';

const IDLE_MS = 120_000;

export function talkServer(codec: Codec, maxBytes: (listener: string) => number): ServerTransport {
  return {
    protocol: 'talk',
    listen(binding) {
      const messages = binding.operations.filter(({ operation }) => isMessage(operation));
      const served = new Map(messages.map((one) => [one.operation.id, one]));
      const underWay = new CallsUnderWay();
      const serving = { binding, served, codec, maxBytes: maxBytes(binding.listener.name), underWay };
      const claims = (head: Buffer): boolean | undefined =>
        head.length < HELLO.length ? undefined : head.subarray(0, HELLO.length).equals(HELLO);
      return serveConnections(binding, {
        underWay,
        alpn: ['talk'],
        claims,
        take: (socket) => talkOver(socket, serving),
      });
    },
  };
}

interface Serving {
  readonly binding: ListenerBinding;
  readonly served: ReadonlyMap<unknown, ServedOperation>;
  readonly codec: Codec;
  readonly maxBytes: number;
  readonly underWay: CallsUnderWay;
}

/** Serves one connection. */
function talkOver(socket: Socket, { binding, served, codec, maxBytes, underWay }: Serving): { leave(): void } {
  const sender = senderOf(binding.listener, socket);
  const frames = new Frames(socket, maxBytes, take);
  const send = (kind: number, call: number, data: unknown): void => frames.send(kind, call, codec.encode(data));
  const hangUp = (): void => process.nextTick(() => socket.end());
  let [greeted, leaving] = [false, false];
  const calls = new AnsweringCalls(
    {
      value: (call, form, { record }) => send(Kind.value, call, form === undefined ? [record] : [record, form]),
      open: (call, { record }) => send(Kind.open, call, record),
      item: (call, form) => send(Kind.item, call, form),
      end: (call) => frames.send(Kind.end, call),
      fail: (call, failure) => send(Kind.fail, call, failure),
      idle: () => leaving && hangUp(),
    },
    { window: WINDOW, underWay },
  );
  // who does not read the answers is not heard either
  socket.on('full', () => socket.pause()).on('drain', () => socket.resume());
  socket.setTimeout(IDLE_MS, () => calls.size === 0 && socket.destroy());
  socket.on('error', (error) => binding.logger.debug('talk: a connection failed', { error }));
  socket.once('close', () => calls.cancelAll('the connection was closed'));

  function take(kind: number, call: number, body: Buffer | undefined): void {
    if (!greeted) greeted = kind === Kind.hello && call === HELLO.readUInt32BE(5);
    else if (kind === Kind.call) return run(call, body);
    else if (kind === Kind.more && body?.length === 1) return calls.grant(call, body[0]!);
    else if (kind === Kind.cancel) return calls.cancel(call, 'the caller gave up');
    else greeted = false;
    if (!greeted) socket.destroy();
  }

  function run(call: number, body: Buffer | undefined): void {
    const [name, said, args, refusal] = read(body);
    const { operation, runner } = served.get(name) ?? binding.unmatched;
    const headers = receivedHeaders(said);
    const invocation = receivedInvocation(binding, {
      ...{ sender, operation, headers, protocol: 'talk', bounded: true },
      ...(refusal instanceof Error && { refusal }),
      arguments: () => argumentsOf(operation, args),
    });
    calls.run(call, runner, invocation);
  }

  /** Name, headers and arguments. What is no message goes the way of what nobody serves, with a failure of its own. */
  function read(body: Buffer | undefined): readonly unknown[] {
    try {
      if (body) return (codec.decode(body) as readonly unknown[]).slice(0, 3);
    } catch {
      return [undefined, undefined, undefined, InvalidArgument('the call is no message')];
    }
    return [undefined, undefined, undefined, ResourceExhausted(`the call is longer than ${maxBytes} bytes`)];
  }

  return {
    leave() {
      leaving = true;
      frames.send(Kind.leave, 0);
      if (calls.size === 0) hangUp();
    },
  };
}
