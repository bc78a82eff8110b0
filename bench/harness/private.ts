/** The private protocol of the sample beside REST, between two processes: the same service, called by the same typed client. */
import { join } from 'node:path';
import { type Caller, callRounds } from './caller-rounds.js';
import { loadProcessor } from './machine.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';

const folder = join(__dirname, '..', 'ours', 'private');

interface Spoken {
  readonly name: 'rest' | 'talk' | 'talk-json';
  readonly codec: 'msgpack' | 'json';
}

/** `talk` is the sample as it is. */
const protocols: readonly Spoken[] = [
  { name: 'rest', codec: 'json' },
  { name: 'talk', codec: 'msgpack' },
  { name: 'talk-json', codec: 'json' },
];

export async function measurePrivate(
  settings: Settings,
  node: string,
): Promise<{ samples: Sample[]; notes: string[] }> {
  const servers: ServerProcess[] = [];
  const callers: Caller[] = [];
  try {
    for (const { name, codec } of protocols) {
      const protocol = name === 'rest' ? 'rest' : 'talk';
      const environment = { PROTOCOL: protocol, CODEC: codec };
      const server = await startServer({
        node,
        script: join(folder, 'provider.js'),
        processor: loadProcessor,
        environment,
      });
      servers.push(server);
      const backend = `${protocol}://127.0.0.1:${server.port}`;
      callers.push({ name, script: join(folder, 'client.js'), environment: { ...environment, BACKEND: backend } });
    }
    const samples = await callRounds({ callers, backend: '', settings, node });
    return { samples, notes: [`fifty calls in flight, ${settings.rounds} rounds of ${settings.seconds} s`] };
  } finally {
    for (const server of servers) await stopServer(server);
  }
}
