import {
  createApplication,
  readSchema,
  systemClock,
  type AnyClass,
  type Application,
  type ApplicationOptions,
  type Logger,
} from '@ts-chassis/core';
import {
  Client,
  credentials,
  type ClientDuplexStream,
  Metadata,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import type { MethodPlan } from '../binding/method-plan.js';
import type { GrpcOptions } from '../grpc-options.js';
import { grpc } from '../plugin.js';
import { Protos } from '../proto/protos.js';

/** What may speak HTTP/2 for a server. */
export const ENGINES = ['http2', 'grpc-js'] as const;

export type ServerEngine = (typeof ENGINES)[number];

export interface ServingOptions extends Omit<ApplicationOptions, 'configuration' | 'logger'> {
  readonly values?: Readonly<Record<string, unknown>>;
  readonly grpc?: GrpcOptions;
  /** Of the server. */
  readonly engine?: ServerEngine;
  readonly logger?: Logger;
}

/** An application with its listeners open. */
export interface Serving {
  readonly app: Application;
  /** Of the listener `grpc`. */
  readonly port: number;
}

/** An application that serves gRPC on a free port of this machine, by no other configuration than the values given. */
export async function startServing({ values, plugins = [], ...others }: ServingOptions): Promise<Serving> {
  const { grpc: given, engine, ...rest } = others;
  const options = engine ? { ...given, server: { ...given?.server, engine } } : given;
  const app = createApplication({
    ...{ name: 'tried', signals: false, plugins: [...plugins, grpc(options)], ...rest },
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.protocols.grpc.listenAddress': '127.0.0.1:0',
        'servicecomb.registry.disabled': true,
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
  await app.start();
  return { app, port: app.endpoints.find(({ listener }) => listener === 'grpc')!.port };
}

/** What came back of a call. */
export interface Answer {
  readonly value: unknown;
  readonly headers: Metadata;
  readonly status: StatusObject;
}

export interface CallOptions {
  readonly metadata?: Readonly<Record<string, string | Buffer>>;
  readonly deadlineMs?: number;
}

/** grpc-js's own client, with the messages of a class. */
export class Peer {
  readonly client: Client;
  readonly #plans: ReadonlyMap<string, MethodPlan>;

  // oxlint-disable-next-line max-params -- most have the first two
  constructor(port: number, contract: AnyClass<unknown>, options: object = {}, trust = credentials.createInsecure()) {
    this.client = new Client(`127.0.0.1:${port}`, trust, {
      'grpc.use_local_subchannel_pool': 1,
      ...options,
    });
    const protos = new Protos();
    const { operations } = readSchema(contract);
    this.#plans = new Map(operations.map((operation) => [operation.name, protos.planOf(operation)!]));
  }

  plan(name: string): MethodPlan {
    return this.#plans.get(name)!;
  }

  /** A unary call; rejects with grpc-js's error. */
  call(name: string, args: readonly unknown[], options: CallOptions = {}): Promise<Answer> {
    const plan = this.plan(name);
    const bytes = plan.encodeRequest(plan.toMessage(args));
    return this.send(plan.path, bytes, {
      ...options,
      read: (reply) => plan.messageToResult(plan.decodeResponse(reply)),
    });
  }

  /** A unary call of bytes. */
  send(
    path: string,
    bytes: Buffer,
    { metadata, deadlineMs, read = (reply) => reply }: CallOptions & { read?: (bytes: Buffer) => unknown } = {},
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      let headers = new Metadata();
      let value: unknown;
      let failure: ServiceError | undefined;
      const call = this.client.makeUnaryRequest(
        path,
        asIs,
        asIs,
        bytes,
        metadataOf(metadata),
        {
          ...(deadlineMs !== undefined && { deadline: systemClock.now() + deadlineMs }),
        },
        (error, reply) => {
          if (error) failure = error;
          else value = read(reply!);
        },
      );
      call.on('metadata', (received: Metadata) => (headers = received));
      call.on('status', (status: StatusObject) => {
        if (failure) reject(Object.assign(failure, { headers }));
        else resolve({ value, headers, status });
      });
    });
  }

  /** The items of a stream of results. */
  async *items(name: string, args: readonly unknown[], options: CallOptions = {}): AsyncGenerator<unknown> {
    const plan = this.plan(name);
    const bytes = plan.encodeRequest(plan.toMessage(args));
    const call = this.client.makeServerStreamRequest(plan.path, asIs, asIs, bytes, metadataOf(options.metadata));
    try {
      for await (const reply of call) yield plan.messageToResult(plan.decodeResponse(reply as Buffer));
    } finally {
      call.cancel();
    }
  }

  /** A stream of requests with one result. */
  gather(name: string, items: readonly unknown[]): Promise<unknown> {
    const plan = this.plan(name);
    return new Promise((resolve, reject) => {
      const call = this.client.makeClientStreamRequest(plan.path, asIs, asIs, (error, reply) => {
        if (error) reject(error);
        else resolve(plan.messageToResult(plan.decodeResponse(reply!)));
      });
      for (const item of items) call.write(plan.encodeRequest(plan.itemToMessage(item)));
      call.end();
    });
  }

  /** Streams both ways. */
  both(name: string): ClientDuplexStream<Buffer, Buffer> {
    return this.client.makeBidiStreamRequest(this.plan(name).path, asIs, asIs);
  }

  close(): void {
    this.client.close();
  }
}

export const asIs = (bytes: Buffer): Buffer => bytes;

function metadataOf(record: CallOptions['metadata'] = {}): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(record)) metadata.set(name, value);
  return metadata;
}
