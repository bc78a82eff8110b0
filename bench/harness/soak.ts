/** Does it leak? Heap after a forced collection and the handles held, early and late in a long run of both routes. */
import { once } from 'node:events';
import { join } from 'node:path';
import { checkServer } from './functional-check.js';
import { pause } from './first-answer.js';
import { load, loadTool } from './load.js';
import type { Report } from './probe.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';
import { subjects } from './subjects.js';
import { routes } from './workload.js';

const mebibyte = 1024 * 1024;
const points = [200_000, 2_000_000];
const quickPoints = [20_000, 60_000];
const sliceSeconds = 2;
/** Connections of the load that has just ended must be gone before handles are counted. */
const quietMs = 6000;

async function report(server: ServerProcess): Promise<Report> {
  await pause(quietMs);
  const answer = once(server.child, 'message');
  server.child.send('report');
  const [message] = (await answer) as [Report];
  return message;
}

function counted(handles: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const handle of handles) counts.set(handle, (counts.get(handle) ?? 0) + 1);
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}

export async function measureSoak(settings: Settings, node: string): Promise<{ samples: Sample[]; notes: string[] }> {
  const name = settings.peersOnly ? 'fastify' : 'ours';
  const subject = subjects.find((one) => one.name === name);
  if (!subject) throw new Error(`no server ${name}`);
  const nodeArguments = ['--expose-gc', '--require', join(__dirname, 'probe.js')];
  const { script, environment } = subject;
  const server = await startServer({
    node,
    script,
    nodeArguments,
    channel: true,
    ...(environment ? { environment } : {}),
  });
  const samples: Sample[] = [];
  const notes: string[] = [];
  try {
    await checkServer(name, server.port);
    let requests = 0;
    for (const [index, point] of (settings.quick ? quickPoints : points).entries()) {
      for (let slice = 0; requests < point; slice += 1) {
        const route = routes[slice % routes.length];
        if (route) requests += (await load(server.port, route, sliceSeconds)).requests;
      }
      const { heapBytes, residentBytes, handles } = await report(server);
      const handleCount = handles.length;
      samples.push({
        subject: name,
        measure: `heap-${point}`,
        round: index + 1,
        heapMb: heapBytes / mebibyte,
        residentMb: residentBytes / mebibyte,
        handles: handleCount,
        clean: true,
      });
      notes.push(
        `at ${requests} requests: heap ${(heapBytes / mebibyte).toFixed(2)} MB, handles ${handleCount} (${counted(handles)})`,
      );
      console.log(notes.at(-1));
    }
  } finally {
    await stopServer(server);
  }
  return { samples, notes: [`load: ${loadTool}, both routes in turn`, ...notes] };
}
