/** A consumer of a large registry: what it holds, what a change costs it, and how soon it sees one; by the watch, and by polls alone. */
import { join } from 'node:path';
import { pause } from './first-answer.js';
import { loadProcessor, processCpuMs, readProcessorTimes, serverProcessor, stealBetween } from './machine.js';
import type { Report } from './probe.js';
import { measureAlgorithms } from './registry-algorithms.js';
import { type Change, RegistryDriver } from './registry-driver.js';
import { type Asked, type Consumed, type Looked, nowMs } from './registry-messages.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';

const scripts = join(__dirname, '..', 'ours', 'registry');
const mebibyte = 1024 * 1024;
const services = 200;
const instancesOfEach = 25;
const changesPerSecond = 50;
/** How long a change may take until it counts as lost. */
const patienceMs = 15_000;
const tolerableSteal = 0.15;

/** How a consumer learns of changes, and for how long it is watched. */
interface Way {
  readonly subject: 'watch' | 'poll';
  readonly environment: Readonly<Record<string, string>>;
  readonly parts: number;
  readonly seconds: number;
}

interface Measured {
  samples: Sample[];
  notes: string[];
}

/** The registry with who fills and changes it. */
interface Backend {
  readonly registry: ServerProcess;
  readonly driver: RegistryDriver;
  readonly node: string;
  readonly idleSeconds: number;
}

function asked<T>({ child }: ServerProcess, message: string | object): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error(`${child.spawnargs.at(-1)} ended before it answered`));
    child.once('exit', ended);
    child.once('message', (answer) => {
      child.off('exit', ended);
      resolve(answer as T);
    });
    child.send(message);
  });
}

function startConsumer({ node, registry }: Backend, { environment }: Way): Promise<ServerProcess> {
  return startServer({
    node,
    script: join(scripts, 'consumer.js'),
    nodeArguments: ['--expose-gc', '--require', join(__dirname, 'probe.js')],
    channel: true,
    environment: { ...environment, REGISTRY_PORT: String(registry.port) },
  });
}

/** What a consumer gets when it looks for everything at once. */
async function look(consumer: ServerProcess, subject: string, round: number): Promise<Sample[]> {
  const before = await asked<Report>(consumer, 'report');
  const cpuBefore = processCpuMs(consumer.pid);
  const { wallMs, instances } = await asked<Looked>(consumer, { look: services });
  const cpuMs = processCpuMs(consumer.pid) - cpuBefore;
  if (instances < services * instancesOfEach) throw new Error(`only ${instances} instances were found`);
  // what was only needed to read the lists is to be gone
  await pause(500);
  const { heapBytes } = await asked<Report>(consumer, 'report');
  const bytes = (heapBytes - before.heapBytes) / instances;
  console.log(
    `look: ${wallMs.toFixed(0)} ms, ${cpuMs.toFixed(0)} ms CPU, ${bytes.toFixed(0)} bytes each of ${instances}`,
  );
  return [
    { subject, measure: 'first look', round, wallMs, cpuMs, clean: true },
    { subject, measure: 'instance', round, bytes, clean: true },
  ];
}

async function held(consumer: ServerProcess, subject: string, round: number): Promise<Sample> {
  const { heapBytes, residentBytes, handles } = await asked<Report>(consumer, 'report');
  const [heapMb, residentMb] = [heapBytes / mebibyte, residentBytes / mebibyte];
  return {
    subject: `${subject}, held`,
    measure: 'held',
    round,
    heapMb,
    residentMb,
    handles: handles.length,
    clean: true,
  };
}

/** Waits until the consumer was told of every change. @returns how long each took, from the request and from its answer */
async function seenAfter(consumer: ServerProcess, changes: readonly Change[]): Promise<Seen> {
  const seen = new Map<string, number[]>();
  let [bytes, heldUpMs] = [0, 0];
  for (const begun = nowMs(); ; await pause(250)) {
    const consumed = await asked<Consumed>(consumer, 'consumed');
    bytes += consumed.bytes;
    heldUpMs = Math.max(heldUpMs, consumed.heldUpMs);
    for (const [change, atMs] of consumed.seen) seen.set(change, [...(seen.get(change) ?? []), atMs]);
    const at = changes.map(({ seenAs, sentMs }) => seen.get(seenAs)?.find((atMs) => atMs >= sentMs));
    const missing = at.filter((atMs) => atMs === undefined).length;
    if (missing === 0) {
      const times = changes.map(({ sentMs, answeredMs }, index) => {
        const atMs = at[index] as number;
        return { sent: atMs - sentMs, answered: Math.max(0, atMs - answeredMs) };
      });
      return { bytes, heldUpMs, sent: times.map(({ sent }) => sent), answered: times.map(({ answered }) => answered) };
    }
    if (nowMs() - begun > patienceMs) throw new Error(`${missing} of ${changes.length} changes were never seen`);
  }
}

interface Seen {
  readonly bytes: number;
  readonly heldUpMs: number;
  readonly sent: readonly number[];
  readonly answered: readonly number[];
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** CPU time of consumer and registry, in milliseconds. */
interface Spent {
  readonly consumer: number;
  readonly registry: number;
  readonly ms: number;
}

async function spent(backend: Backend, consumer: ServerProcess, run: () => Promise<unknown>): Promise<Spent> {
  const pids = [consumer.pid, backend.registry.pid] as const;
  const [before, begun] = [pids.map(processCpuMs), nowMs()];
  await run();
  const after = pids.map(processCpuMs);
  const of = (index: number) => (after[index] as number) - (before[index] as number);
  return { consumer: of(0), registry: of(1), ms: nowMs() - begun };
}

/** Changes, with heartbeats beside them as all the time. */
async function part(
  backend: Backend,
  consumer: ServerProcess,
  { subject, seconds, round, idle }: { subject: string; seconds: number; round: number; idle: Spent },
): Promise<Measured & Pick<Seen, 'sent'>> {
  const { driver, registry } = backend;
  await asked<Consumed>(consumer, 'consumed');
  await asked<Asked>(registry, 'asked');
  const before = readProcessorTimes();
  let changes: Change[] = [];
  let seen: Seen | undefined;
  const costs = await spent(backend, consumer, async () => {
    changes = await driver.change(changesPerSecond, seconds);
    seen = await seenAfter(consumer, changes);
  });
  const stolen = stealBetween(before, readProcessorTimes());
  const clean = Math.max(stolen[serverProcessor] ?? 0, stolen[loadProcessor] ?? 0) <= tolerableSteal;
  const { bytes, heldUpMs, sent, answered } = seen as unknown as Seen;
  const told = await asked<Asked>(registry, 'asked');
  const cpuMs = (costs.consumer - (idle.consumer * costs.ms) / idle.ms) / changes.length;
  const registryMs = (costs.registry / costs.ms) * 1000;
  const shares = { p50: 0.5, p99: 0.99, longest: 1 };
  const common = { round, clean };
  const samples: Sample[] = [
    ...Object.entries(shares).map(([name, share]) => ({
      ...{ subject: `${subject}, ${name}`, measure: 'seen', wallMs: percentile(sent, share) },
      ...common,
    })),
    {
      subject,
      measure: 'change',
      cpuMs,
      bytes: bytes / changes.length,
      requests: told.finds,
      ...common,
    },
    { subject, measure: 'held up', wallMs: heldUpMs, ...common },
  ];
  const [p50 = '', p99 = '', longest = ''] = Object.values(shares).map((share) => percentile(sent, share).toFixed(1));
  const note =
    `${subject}, part ${round}: ${changes.length} changes, all seen, after ${p50} ms (median), ${p99} ms (p99), ${longest} ms (longest); ` +
    `p99 from the answer on ${percentile(answered, 0.99).toFixed(1)} ms; consumer ${(cpuMs * 1000).toFixed(0)} us and ` +
    `${(bytes / changes.length).toFixed(0)} bytes a change, registry ${registryMs.toFixed(1)} ms CPU a second in all; ` +
    `${told.finds} questions for lists, answered by ${(told.findBytes / mebibyte).toFixed(2)} MB; consumer held up for ${heldUpMs.toFixed(0)} ms at the longest`;
  console.log(note);
  return { samples, notes: [note], sent };
}

async function measureWay(backend: Backend, way: Way): Promise<Measured> {
  const { subject, parts, seconds } = way;
  const consumer = await startConsumer(backend, way);
  try {
    const samples = await look(consumer, subject, 1);
    const notes: string[] = [];
    const sent: number[] = [];
    consumer.child.send('note');
    const idle = await spent(backend, consumer, () => pause(backend.idleSeconds * 1000));
    samples.push(await held(consumer, subject, 0));
    for (let round = 1; round <= parts; round += 1) {
      const found = await part(backend, consumer, { subject, seconds, round, idle });
      samples.push(...found.samples, await held(consumer, subject, round));
      notes.push(...found.notes);
      sent.push(...found.sent);
    }
    const wallMs = percentile(sent, 0.99);
    samples.push({ subject: `${subject}, p99 of all`, measure: 'seen', round: 1, wallMs, clean: true });
    const rate = (ms: number) => ((ms / idle.ms) * 1000).toFixed(1);
    const unchanged = `${subject}, nothing changing: consumer ${rate(idle.consumer)} ms CPU a second, registry ${rate(idle.registry)} ms (heartbeats, polls)`;
    const memory = samples.flatMap(({ heapMb, residentMb }) =>
      heapMb === undefined || residentMb === undefined ? [] : [`${heapMb.toFixed(1)} (${residentMb.toFixed(0)})`],
    );
    notes.push(
      unchanged,
      `${subject}, heap (resident) in MB before the changes and after each part: ${memory.join(', ')}`,
    );
    for (const note of notes.slice(-2)) console.log(note);
    return { samples, notes };
  } finally {
    await stopServer(consumer);
  }
}

/** A few consumers more, for their first look alone. */
async function measureLooks(backend: Backend, way: Way, rounds: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let round = 2; round <= rounds; round += 1) {
    const consumer = await startConsumer(backend, way);
    try {
      samples.push(...(await look(consumer, way.subject, round)));
    } finally {
      await stopServer(consumer);
    }
  }
  return samples;
}

function waysOf({ quick }: Settings): readonly Way[] {
  return [
    { subject: 'watch', environment: { WATCH: 'on', REFRESH: '30s' }, parts: 3, seconds: quick ? 4 : 20 },
    { subject: 'poll', environment: { WATCH: 'off', REFRESH: '1s' }, parts: 1, seconds: quick ? 4 : 20 },
  ];
}

export async function measureRegistry(settings: Settings, node: string): Promise<Measured> {
  if (settings.peersOnly) return { samples: [], notes: [] };
  const registry = await startServer({
    ...{ node, script: join(scripts, 'registry.js'), processor: loadProcessor, channel: true },
    nodeArguments: ['--expose-gc'],
  });
  const backend: Backend = {
    ...{ registry, node, driver: new RegistryDriver(registry.port) },
    idleSeconds: settings.quick ? 3 : 10,
  };
  let beating = Promise.resolve();
  try {
    const begun = nowMs();
    await backend.driver.fill(services, instancesOfEach);
    const note = `${services * instancesOfEach} instances of ${services} services, registered over HTTP in ${((nowMs() - begun) / 1000).toFixed(1)} s; ${changesPerSecond} changes a second, and a heartbeat of every instance each 30 s`;
    console.log(note);
    beating = backend.driver.beat();
    const ways = waysOf(settings);
    const found: Measured[] = [];
    for (const way of ways) found.push(await measureWay(backend, way));
    const looks = await measureLooks(backend, ways[0] as Way, settings.quick ? 2 : 5);
    const algorithms = await measureAlgorithms(node, settings);
    return {
      samples: [...found.flatMap(({ samples }) => samples), ...looks, ...algorithms],
      notes: [note, ...found.flatMap(({ notes }) => notes)],
    };
  } finally {
    await backend.driver.close();
    await beating;
    await stopServer(registry);
  }
}
