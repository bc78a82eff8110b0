/** Client processes that take turns calling, each with a processor of its own while it does. */
import { once } from 'node:events';
import { RepeatBudget } from './budget.js';
import type { CallOrder, CallReport } from './call-loop.js';
import type { Sample } from './results.js';
import { type ServerProcess, startServer, stopServer } from './server-process.js';
import type { Settings } from './settings.js';
import { turned } from './turned.js';

export interface Caller {
  readonly name: string;
  readonly script: string;
  /** What its calls are reported as; default `call`. */
  readonly measure?: string;
  /** Calls under way at once; default fifty. */
  readonly concurrent?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RoundsOptions {
  readonly callers: readonly Caller[];
  /** One port, or several with commas. */
  readonly backend: string;
  readonly settings: Settings;
  readonly node: string;
}

interface Running {
  readonly caller: Caller;
  readonly process: ServerProcess;
}

interface Slot {
  readonly rate: number;
  readonly cpuMs: number;
  readonly cpuShare: number;
}

/** Has a client process call for a while. */
export async function call(client: ServerProcess, order: CallOrder): Promise<Slot & { readonly calls: number }> {
  const answer = once(client.child, 'message');
  client.child.send(order);
  const [{ calls, elapsedMs, cpuMs }] = (await answer) as [CallReport];
  return { calls, rate: (calls / elapsedMs) * 1000, cpuMs: cpuMs / calls, cpuShare: cpuMs / elapsedMs };
}

function order({ concurrent }: Caller, seconds: number): CallOrder {
  return { seconds, ...(concurrent !== undefined && { concurrent }) };
}

export async function callRounds({ callers, backend, settings, node }: RoundsOptions): Promise<Sample[]> {
  const running: Running[] = [];
  const samples: Sample[] = [];
  try {
    for (const caller of callers) {
      const environment = { BACKEND_PORT: backend, ...caller.environment };
      const options = { node, script: caller.script, channel: true, environment };
      running.push({ caller, process: await startServer(options) });
    }
    for (const { caller, process } of running) await call(process, order(caller, settings.warmUpSeconds));
    const budget = new RepeatBudget(settings.rounds * running.length * settings.seconds * 0.5);
    for (let round = 1; round <= settings.rounds; round += 1) {
      for (const one of turned(running, round)) samples.push(await sampleOf(one, { round, budget, settings }));
    }
  } finally {
    for (const { process } of running) await stopServer(process);
  }
  return samples;
}

interface Turn {
  readonly round: number;
  readonly budget: RepeatBudget;
  readonly settings: Settings;
}

async function sampleOf({ caller, process }: Running, { round, budget, settings }: Turn): Promise<Sample> {
  const { calls: _, ...slot } = await budget.run(
    () => call(process, order(caller, settings.seconds)),
    ({ cpuShare }) => cpuShare >= 0.8,
  );
  const { name, measure = 'call' } = caller;
  const cpu = `${(slot.cpuMs * 1000).toFixed(1)} us CPU`;
  console.log(`round ${round} ${measure.padEnd(5)} ${name.padEnd(13)} ${Math.round(slot.rate)}/s ${cpu}`);
  return { subject: name, measure, round, ...slot };
}
