/** The inside of a client process: on each message it makes calls for a while, fifty at a time unless told otherwise, and reports what they cost. */

export interface CallOrder {
  readonly seconds: number;
  /** Calls under way at once; default fifty. */
  readonly concurrent?: number;
}

export interface CallReport {
  readonly calls: number;
  readonly elapsedMs: number;
  readonly cpuMs: number;
}

const usual = 50;

async function keepCalling(call: () => Promise<unknown>, until: number): Promise<number> {
  let calls = 0;
  while (performance.now() < until) {
    await call();
    calls += 1;
  }
  return calls;
}

async function run(call: () => Promise<unknown>, { seconds, concurrent = usual }: CallOrder): Promise<CallReport> {
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  const until = begun + seconds * 1000;
  const counts = await Promise.all(Array.from({ length: concurrent }, () => keepCalling(call, until)));
  const elapsedMs = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { calls: counts.reduce((sum, count) => sum + count, 0), elapsedMs, cpuMs: (user + system) / 1000 };
}

/** Announces itself as a server does, then obeys the harness. */
export function obey(call: () => Promise<unknown>): void {
  process.on('message', (order: CallOrder | string) => {
    // words are for a probe that was loaded before
    if (typeof order !== 'string') void run(call, order).then((report) => process.send?.(report));
  });
  console.log('listening');
}
