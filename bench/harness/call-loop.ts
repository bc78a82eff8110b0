/** The inside of a client process: on each message it makes calls for a while, fifty at a time, and reports what they cost. */

export interface CallOrder {
  readonly seconds: number;
}

export interface CallReport {
  readonly calls: number;
  readonly elapsedMs: number;
  readonly cpuMs: number;
}

const concurrent = 50;

async function keepCalling(call: () => Promise<unknown>, until: number): Promise<number> {
  let calls = 0;
  while (performance.now() < until) {
    await call();
    calls += 1;
  }
  return calls;
}

async function run(call: () => Promise<unknown>, seconds: number): Promise<CallReport> {
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
  process.on('message', (order: CallOrder) => {
    void run(call, order.seconds).then((report) => process.send?.(report));
  });
  console.log('listening');
}
