import {
  ChassisError,
  coreError,
  defineSchema,
  isReply,
  ListenerPort,
  Logger,
  replyOf,
  systemClock,
  type Clock,
  type Fault,
  type Invocation,
  type Listener,
  type LogFields,
  type OperationDefinition,
  type Reply,
  type RunningServer,
  type ServedOperation,
  type Trust,
} from '@ts-chassis/core';
import { connect, type Socket } from 'node:net';
import { codecsOf, type Codec } from '../binding/codec.js';
import type { AnswerSettings } from './answer-settings.js';
import { HttpServerTransport } from './http-server.js';
import type { RestLimits } from './limits.js';

/** A server on a free port with everything that was said and seen. */
export interface Serving {
  readonly server: RunningServer;
  readonly origin: string;
  readonly port: number;
  readonly invocations: Invocation[];
  readonly logged: { readonly message: string; readonly fields: LogFields | undefined }[];
}

export interface ServingOptions {
  readonly limits?: Partial<RestLimits>;
  readonly trust?: Trust;
  readonly clock?: Clock;
  readonly host?: string;
  readonly port?: number;
  readonly codecs?: readonly Codec[];
  readonly answers?: AnswerSettings;
  /** Runs in the place of a chain, before the arguments are read. */
  readonly before?: (invocation: Invocation) => unknown;
}

const LIMITS: RestLimits = { maxBodyBytes: 1024 * 1024, maxHeaderBytes: 16 * 1024, timeoutMs: 5000 };

/** Serves operations as an application would, each behind a minimal chain: deadline, cancellation, reading and checking of arguments. */
export async function serve(
  operations: Readonly<Record<string, OperationDefinition>>,
  options: ServingOptions = {},
): Promise<Serving> {
  const schema = defineSchema({ id: 'test', operations });
  const invocations: Invocation[] = [];
  const logged: Serving['logged'] = [];
  const clock = options.clock ?? systemClock;
  const limits = { value: { ...LIMITS, ...options.limits } };
  const runner = {
    run: (invocation: Invocation): Promise<Reply> => {
      invocations.push(invocation);
      return bounded(clock, invocation, async () => {
        await options.before?.(invocation);
        return invoke(invocation);
      });
    },
  };
  const served: ServedOperation[] = schema.operations.map((operation) => ({ operation, runner }));
  const nothing = defineSchema({ id: 'none', operations: { unmatched: { run: () => undefined } } }).operations[0]!;
  const unmatched: ServedOperation = {
    operation: nothing,
    runner: {
      run: (invocation) => {
        invocations.push(invocation);
        return Promise.reject(invocation.source.refusal ?? new ChassisError('NOT_FOUND', 'nothing is served here'));
      },
    },
  };
  const { host = '127.0.0.1', port = 0, trust = 'none' } = options;
  const listener: Listener = { name: 'rest', protocol: 'rest', listen: { host, port }, trust };
  const logger = new MemoryLogger(logged);
  const server = await new HttpServerTransport({
    limits: () => limits,
    codecs: codecsOf(options.codecs ?? []),
    ...(options.answers && { answers: options.answers }),
  }).listen({
    listener,
    sockets: new ListenerPort({ listener, clock, logger, tls: () => Promise.resolve(undefined) }).socketsOf('rest'),
    service: 'catalog',
    operations: served,
    unmatched,
    clock,
    logger,
  });
  const shown = host.includes(':') ? `[${server.endpoint.host}]` : server.endpoint.host;
  return { server, origin: `http://${shown}:${server.endpoint.port}`, port: server.endpoint.port, invocations, logged };
}

function bounded(clock: Clock, invocation: Invocation, run: () => Promise<Reply>): Promise<Reply> {
  return new Promise((resolve, reject) => {
    invocation.onCancel((reason) => reject(reason as Error));
    if (invocation.deadline !== Infinity) {
      clock.after(invocation.deadline - clock.elapsed(), () =>
        invocation.cancel(coreError('CALL_DEADLINE', `${invocation.operation.id}: the time granted is over`)),
      );
    }
    run().then(resolve, (error: unknown) => reject(ChassisError.from(error)));
  });
}

async function invoke(invocation: Invocation): Promise<Reply> {
  const { operation, source } = invocation;
  const args = [...((await source.arguments?.(invocation)) ?? [])];
  const faults: Fault[] = [];
  for (const parameter of operation.parameters) {
    const { index, place, name } = parameter;
    if (place === 'context') args[index] = invocation;
    if (place === 'context' || place === 'request' || place === 'response') continue;
    const at = { place, pointer: place === 'body' ? '' : `/${name}` };
    if (args[index] !== undefined) args[index] = await parameter.schema.validate(args[index], at, faults);
    else if (parameter.default !== undefined) args[index] = parameter.default;
    else if (!parameter.optional) faults.push({ ...at, expected: 'a value', got: 'nothing', message: 'is required' });
  }
  if (faults.length > 0) throw coreError('ARGUMENT_INVALID', 'arguments do not fit', { details: { faults } });
  invocation.args = args;
  const value: unknown = await operation.run!(...(args as never[]));
  const reply = isReply(value) ? value : replyOf(value);
  const kind = reply.status === undefined ? undefined : source.kindOf?.(reply.status);
  if (kind) throw new ChassisError(kind, 'answered with a failure', { reply });
  return reply;
}

class MemoryLogger extends Logger {
  constructor(private readonly lines: Serving['logged']) {
    super();
  }

  debug(message: string, fields?: LogFields): void {
    this.lines.push({ message, fields });
  }

  info(message: string, fields?: LogFields): void {
    this.lines.push({ message, fields });
  }

  warn(message: string, fields?: LogFields): void {
    this.lines.push({ message, fields });
  }

  error(message: string, fields?: LogFields): void {
    this.lines.push({ message, fields });
  }

  child(): Logger {
    return this;
  }
}

/** A connection that is written by hand. */
export class RawConnection {
  readonly socket: Socket;
  text = '';
  #changed: (() => void)[] = [];
  closed = false;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('latin1');
      this.#wake();
    });
    this.socket.on('error', () => this.#end());
    this.socket.on('close', () => this.#end());
  }

  /** Writes, resolving when the system took it or the connection is gone. */
  write(text: string | Buffer): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed) return resolve();
      this.socket.write(text, () => resolve());
    });
  }

  /** Resolves when what came matches, or the connection is closed. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.text) && !this.closed) await new Promise<void>((resolve) => this.#changed.push(resolve));
    return this.text;
  }

  async untilClosed(): Promise<string> {
    while (!this.closed) await new Promise<void>((resolve) => this.#changed.push(resolve));
    return this.text;
  }

  #end(): void {
    this.closed = true;
    this.#wake();
  }

  #wake(): void {
    for (const run of this.#changed.splice(0)) run();
  }
}
