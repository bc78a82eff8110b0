/** Typed clients over TLS and without: what a call costs, and how many handshakes a steady load makes. */
import { once } from 'node:events';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call } from './caller-rounds.js';
import { loadProcessor } from './machine.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';
import { turned } from './turned.js';

const folder = join(__dirname, '..', 'ours', 'tls');
const leadInSeconds = 1;
const mostLeadIns = 10;
const subjects = ['rest', 'rest-tls', 'grpc', 'grpc-tls'] as const;

interface Running {
  readonly name: string;
  readonly server: ServerProcess;
  readonly client: ServerProcess;
}

/** A certificate for both sides, for `localhost` and the loopback. */
function makeCertificate(): string {
  const at = mkdtempSync(join(tmpdir(), 'bench-tls-'));
  const subject = ['-subj', '/CN=shop', '-addext', 'subjectAltName=DNS:shop,DNS:localhost,IP:127.0.0.1'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', join(at, 'key.pem'), '-out', join(at, 'certificate.pem')];
  const { status, error } = spawnSync('openssl', ['req', '-x509', '-days', '2', ...key, ...subject, ...files]);
  if (status !== 0) throw new Error(`openssl made no certificate: ${error?.message ?? `status ${status}`}`);
  return at;
}

async function start(name: string, node: string, certificates: string): Promise<Running> {
  const [protocol = '', tls] = name.split('-');
  const environment = { PROTOCOL: protocol, ...(tls && { CERTIFICATES: certificates }) };
  const nodeArguments = ['--require', join(__dirname, 'handshakes.js')];
  const common = { node, nodeArguments, channel: true };
  const server = await startServer({
    ...common,
    script: join(folder, 'provider.js'),
    processor: loadProcessor,
    environment,
  });
  const backend = `${protocol}://127.0.0.1:${server.port}${tls ? '?sslEnabled=true' : ''}`;
  const script = join(folder, 'client.js');
  return {
    name,
    server,
    client: await startServer({ ...common, script, environment: { ...environment, BACKEND: backend } }),
  };
}

async function handshakes({ child }: ServerProcess): Promise<number> {
  const answer = once(child, 'message');
  child.send('handshakes');
  const [{ handshakes: count }] = (await answer) as [{ handshakes: number }];
  return count;
}

/** While others had their turn, connections were closed for being idle: calls are made until they open no more, or it is clear that they always do. */
async function settle(client: ServerProcess, server: ServerProcess): Promise<void> {
  for (let made = 1, times = 0; made > 0 && times < mostLeadIns; times += 1) {
    const before = await handshakes(server);
    await call(client, { seconds: leadInSeconds });
    made = (await handshakes(server)) - before;
  }
}

export async function measureTls(settings: Settings, node: string): Promise<{ samples: Sample[]; notes: string[] }> {
  const certificates = makeCertificate();
  const running: Running[] = [];
  const samples: Sample[] = [];
  const notes: string[] = [];
  try {
    for (const name of subjects) running.push(await start(name, node, certificates));
    for (const { client } of running) await call(client, { seconds: settings.warmUpSeconds });
    for (let round = 1; round <= settings.rounds; round += 1) {
      for (const { name, client, server } of turned(running, round)) {
        await settle(client, server);
        const before = await handshakes(server);
        const { calls, ...slot } = await call(client, { seconds: settings.seconds });
        const made = (await handshakes(server)) - before;
        samples.push({ subject: name, measure: 'call', round, ...slot, handshakes: made, clean: true });
        notes.push(`${name}, round ${round}: ${made} handshakes in ${calls} calls`);
        console.log(`${notes.at(-1)}, ${Math.round(slot.rate)}/s ${(slot.cpuMs * 1000).toFixed(1)} us CPU`);
      }
    }
    for (const { name, server } of running) notes.push(`${name}: ${await handshakes(server)} handshakes in all`);
  } finally {
    for (const { client, server } of running) {
      await stopServer(client);
      await stopServer(server);
    }
    rmSync(certificates, { recursive: true });
  }
  return { samples, notes };
}
