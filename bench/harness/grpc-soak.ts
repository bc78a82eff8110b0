/** What consumer and provider hold after a hundred thousand and after a million calls over gRPC. */
import { once } from 'node:events';
import { join } from 'node:path';
import { call } from './caller-rounds.js';
import { pause } from './first-answer.js';
import { loadProcessor } from './machine.js';
import type { Report } from './probe.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';

const folder = join(__dirname, '..', 'ours', 'grpc');
const mebibyte = 1024 * 1024;
const points = [100_000, 1_000_000];
const quickPoints = [5_000, 20_000];
const sliceSeconds = 2;
/** What the last calls leave behind must be gone before memory is read. */
const quietMs = 2000;

async function report(process: ServerProcess): Promise<Report> {
  const answer = once(process.child, 'message');
  process.child.send('report');
  const [message] = (await answer) as [Report];
  return message;
}

function start(node: string, script: string, options: object): Promise<ServerProcess> {
  const nodeArguments = ['--expose-gc', '--require', join(__dirname, 'probe.js')];
  return startServer({ node, script: join(folder, script), nodeArguments, channel: true, ...options });
}

export async function measureGrpcSoak(
  settings: Settings,
  node: string,
): Promise<{ samples: Sample[]; notes: string[] }> {
  const samples: Sample[] = [];
  const notes: string[] = [];
  const provider = await start(node, 'provider.js', { processor: loadProcessor });
  const consumer = await start(node, 'client.js', { environment: { BACKEND_PORT: String(provider.port) } });
  try {
    let calls = 0;
    for (const [index, point] of (settings.quick ? quickPoints : points).entries()) {
      while (calls < point) calls += (await call(consumer, { seconds: sliceSeconds })).calls;
      await pause(quietMs);
      for (const [subject, process] of Object.entries({ consumer, provider })) {
        const { heapBytes, residentBytes, handles } = await report(process);
        const [heapMb, residentMb] = [heapBytes / mebibyte, residentBytes / mebibyte];
        const round = index + 1;
        samples.push({ subject, measure: 'heap', round, heapMb, residentMb, handles: handles.length, clean: true });
        notes.push(`${subject} after ${calls} calls: heap ${heapMb.toFixed(2)} MB, handles ${handles.length}`);
        console.log(notes.at(-1));
      }
    }
  } finally {
    await stopServer(consumer);
    await stopServer(provider);
  }
  return { samples, notes };
}
