/** Calls per second of a gRPC client whose processor is full: fifty at once to one endpoint, and a thousand at once to ten. */
import { join } from 'node:path';
import { type Caller, callRounds } from './caller-rounds.js';
import { goPeer } from './go-peers.js';
import { loadProcessor } from './machine.js';
import type { Sample } from './results.js';
import { freePort, type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';

const root = join(__dirname, '..');
const clients: readonly Caller[] = [
  { name: 'grpc-js', script: join(root, 'peers', 'grpc', 'grpc-js-client.js') },
  { name: 'ours', script: join(root, 'ours', 'grpc', 'client.js') },
  { name: 'http2', script: join(root, 'prototypes', 'grpc-http2-caller.js') },
];
const endpoints = 10;

/** A server that is quicker than every client: in Go where there is one, else on nothing but `node:http2`. */
export async function startGreeter(node: string, count: number): Promise<ServerProcess & { readonly ports: string }> {
  const free = await Promise.all(Array.from({ length: count }, freePort));
  const ports = free.join(',');
  const program = goPeer('grpc');
  const server = await startServer({
    node,
    script: join(root, 'prototypes', 'grpc-http2-server.js'),
    processor: loadProcessor,
    environment: { PORT: ports, GOMAXPROCS: '1' },
    ...(program && { program }),
  });
  return { ...server, ports };
}

export async function measureGrpcClient(
  settings: Settings,
  node: string,
): Promise<{ samples: Sample[]; notes: string[] }> {
  const callers = clients.filter(
    ({ name }) => (settings.only?.includes(name) ?? true) && !(settings.peersOnly && name === 'ours'),
  );
  const server = await startGreeter(node, endpoints);
  try {
    const [first = ''] = server.ports.split(',');
    const one = await callRounds({ callers, backend: first, settings, node });
    const many = callers.map((caller) => ({ ...caller, measure: 'ten', concurrent: 1000 }));
    const ten = await callRounds({ callers: many, backend: server.ports, settings, node });
    return { samples: [...one, ...ten], notes: notesOf(settings) };
  } finally {
    await stopServer(server);
  }
}

function notesOf({ rounds, seconds }: Settings): string[] {
  const against = goPeer('grpc') ? 'grpc-go' : 'a bare server on `node:http2`';
  return [
    `against ${against}; call: fifty at once to one endpoint, ten: a thousand at once to ten; ${rounds} rounds of ${seconds} s`,
    'ten by grpc-js: ten clients, called in turn; ours: one typed client, balanced; http2: ten connections, called in turn',
  ];
}
