/** A CPU profile of one server under load: share of busy time by package and by function. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { grpcSubjects } from './grpc.js';
import { grpcLoad, grpcRoutes } from './grpc-workload.js';
import { load } from './load.js';
import { startServer } from './server-process.js';
import { subjects } from './subjects.js';
import { routes } from './workload.js';

interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const warmUpSeconds = 3;
const seconds = 6;
const idle = new Set(['(idle)', '(root)']);

function owner({ url, functionName }: Frame): string {
  if (functionName === '(garbage collector)') return 'gc';
  if (url.startsWith('node:')) return url.split('/').slice(0, 1).join('');
  const dependency = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url);
  if (dependency?.[1]) return dependency[1];
  const room = /packages\/([^/]+)\/dist\/([^/]+)/.exec(url);
  if (room) return `${room[1]}/${room[2]}`;
  return url === '' ? 'native' : 'application';
}

function named({ functionName, url, lineNumber }: Frame): string {
  const file = url.split('/').slice(-2).join('/');
  return `${functionName || '(anonymous)'} ${file}${file ? `:${lineNumber + 1}` : ''}`;
}

function add(sums: Map<string, number>, key: string, value: number): void {
  sums.set(key, (sums.get(key) ?? 0) + value);
}

function largest(sums: ReadonlyMap<string, number>, count: number, total: number): string {
  const sorted = [...sums].sort((left, right) => right[1] - left[1]).slice(0, count);
  return sorted.map(([key, value]) => `  ${((value / total) * 100).toFixed(1).padStart(5)} %  ${key}`).join('\n');
}

/** Only the last part of the profile counts: before it the server was starting and warming up. */
function summarise({ nodes, samples, timeDeltas }: Profile): void {
  const frames = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const end = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  const owners = new Map<string, number>();
  const functions = new Map<string, number>();
  let now = 0;
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    now += delta;
    const frame = frames.get(id);
    if (!frame || idle.has(frame.functionName) || now < end - seconds * 1e6) continue;
    total += delta;
    add(owners, owner(frame), delta);
    add(functions, named(frame), delta);
  }
  console.log(`by package\n${largest(owners, 20, total)}\nby function, own time\n${largest(functions, 40, total)}`);
}

interface Profiled {
  readonly script: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Puts load on it; gives back calls per second. */
  load(port: number, seconds: number): Promise<{ readonly rate: number }>;
}

/** Servers of REST and of gRPC are told apart by the route. */
function profiled(name: string, routeName: string): Profiled {
  const grpcRoute = grpcRoutes.find((one) => one.name === routeName);
  const route = routes.find((one) => one.name === routeName);
  const known = grpcRoute ? grpcSubjects().filter(({ program }) => program === undefined) : subjects;
  const subject = known.find((one) => one.name === name);
  if (subject && grpcRoute) return { ...subject, load: (port, seconds) => grpcLoad(port, grpcRoute, seconds) };
  if (subject && route) return { ...subject, load: (port, seconds) => load(port, route, seconds) };
  const names = known.map((one) => one.name).join(', ');
  throw new Error(`expected one of ${names}, and get or post, or for gRPC hello, place or list`);
}

export async function profileServer(name: string, routeName: string): Promise<void> {
  const { script, environment, load: loadServer } = profiled(name, routeName);
  const folder = mkdtempSync(join(tmpdir(), 'bench-profile-'));
  const nodeArguments = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--require', join(__dirname, 'end-on-message.js')];
  const options = { node: process.execPath, script, nodeArguments, channel: true };
  const server = await startServer({ ...options, ...(environment ? { environment } : {}) });
  await loadServer(server.port, warmUpSeconds);
  const { rate } = await loadServer(server.port, seconds);
  const exited = once(server.child, 'exit');
  server.child.send('end');
  await exited;
  const [file] = readdirSync(folder);
  console.log(`${name} ${routeName}: ${Math.round(rate)}/s while profiled`);
  summarise(JSON.parse(readFileSync(join(folder, file as string), 'utf8')) as Profile);
  rmSync(folder, { recursive: true });
}
