/** The three calls by which servers of gRPC are measured, and what every server must answer before it is measured. */
import { credentials, loadPackageDefinition, type Client, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadMessages, protoFile } from '../peers/grpc/greeter.js';
import type { LoadResult } from './load.js';
import { loadProcessor, pinned } from './machine.js';
import { routes } from './workload.js';

export type GrpcMeasure = 'hello' | 'place' | 'list';

export interface GrpcRoute {
  readonly name: GrpcMeasure;
  readonly method: 'SayHello' | 'Place' | 'List';
  readonly request: object;
  readonly connections: number;
  /** Calls under way at once on each. */
  readonly concurrent: number;
}

const messages = 1000;
const order = JSON.parse(routes.find(({ name }) => name === 'post')?.body ?? '{}') as object;

export const grpcRoutes: readonly GrpcRoute[] = [
  { name: 'hello', method: 'SayHello', request: { name: 'Ada' }, connections: 5, concurrent: 20 },
  { name: 'place', method: 'Place', request: order, connections: 5, concurrent: 20 },
  { name: 'list', method: 'List', request: { count: messages }, connections: 2, concurrent: 4 },
];

const run = promisify(execFile);

/** Calls of one kind for so many seconds, from the other processor. */
export async function grpcLoad(port: number, route: GrpcRoute, seconds: number): Promise<LoadResult> {
  const { hello, order: orderType, list } = await loadMessages();
  const type = { hello, place: orderType, list }[route.name];
  const message = Buffer.from(type.encode(type.fromObject(route.request)).finish()).toString('base64');
  const script = join(__dirname, '..', 'load', 'grpc-generator.js');
  const path = `/helloworld.Greeter/${route.method}`;
  const parameters = [port, route.connections, route.concurrent, seconds, path, message].map(String);
  const command = pinned(loadProcessor, [process.execPath, script, ...parameters]);
  const { stdout } = await run(command[0] as string, command.slice(1));
  return JSON.parse(stdout) as LoadResult;
}

type Answer = (error: Error | null, reply: object) => void;

interface Greeter extends Client {
  sayHello(request: object, answer: Answer): void;
  place(request: object, answer: Answer): void;
  list(request: object): AsyncIterable<{ message: string }>;
}

async function lastOf(greeter: Greeter): Promise<object> {
  let count = 0;
  let last = '';
  for await (const { message } of greeter.list({ count: messages })) {
    count += 1;
    last = message;
  }
  return { count, last };
}

function answerOf(greeter: Greeter, { name, request }: GrpcRoute): Promise<object> {
  if (name === 'list') return lastOf(greeter);
  return new Promise((resolve, reject) => {
    const answer: Answer = (error, reply) => (error ? reject(error) : resolve(reply));
    if (name === 'hello') greeter.sayHello(request, answer);
    else greeter.place(request, answer);
  });
}

const expected: Readonly<Record<GrpcMeasure, object>> = {
  hello: { message: 'Hello Ada' },
  place: { reference: 'AB-123456', currency: 'EUR', quantity: 32, total: 82.15 },
  list: { count: messages, last: `Hello reader ${messages}` },
};

/** Throws for a server that does not do the work. */
export async function checkGreeter(name: string, port: number, served: readonly GrpcRoute[]): Promise<void> {
  const { helloworld } = loadPackageDefinition(loadSync(protoFile)) as unknown as {
    helloworld: { Greeter: ServiceClientConstructor };
  };
  const greeter = new helloworld.Greeter(`127.0.0.1:${port}`, credentials.createInsecure()) as unknown as Greeter;
  try {
    for (const route of served) {
      const got = JSON.stringify(await answerOf(greeter, route), rounded);
      const wanted = JSON.stringify(expected[route.name], rounded);
      if (got !== wanted) throw new Error(`${name} ${route.name}: expected ${wanted}, got ${got}`);
    }
  } finally {
    greeter.close();
  }
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1e6) / 1e6 : value;
}
