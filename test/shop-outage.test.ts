import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Load, type Call } from './fixtures/load.js';
import { Playground, type Service } from './fixtures/service.js';

/** How long the load runs; `SHOP_OUTAGE_SECONDS=60` is the full length, in which the kill comes at 20 s. */
const seconds = Number(process.env['SHOP_OUTAGE_SECONDS'] ?? 15);
const PER_SECOND = 100;
/** No remembered books: whoever orders gets what the catalog says now. */
const WITHOUT_MEMORY =
  '--servicecomb.governance.fallback.method.services.local.schemas.BookFinder.operations.find.enabled=false';

let playground: Playground;
let first: Service;
let second: Service;
let firstAddress: string;
let secondAddress: string;
let orders: string;

beforeAll(async () => {
  playground = await Playground.create();
  first = playground.service('catalog');
  second = playground.service('catalog');
  const service = playground.service('orders', { flags: [WITHOUT_MEMORY] });
  firstAddress = (await first.ready()).replace('http://', '');
  secondAddress = (await second.ready()).replace('http://', '');
  orders = await service.ready();
});

afterAll(() => playground.close());

it(
  `${PER_SECOND} calls a second survive a killed catalog and catalogs that are restarted`,
  { timeout: seconds * 1000 + 60_000 },
  async () => {
    const load = new Load(PER_SECOND, placeOrder);
    const began = performance.now();
    const until = (share: number): Promise<void> =>
      sleep(Math.max(0, began + share * seconds * 1000 - performance.now()));
    await until(1 / 3 - 1 / seconds);
    const shareBefore = await share(first, 1000);

    const killedMs = performance.now();
    const inFlight = load.inFlightAt(killedMs);
    first.child.kill('SIGKILL');
    await first.ended;

    await until(1 / 2);
    const restartedMs = performance.now();
    first = playground.service('catalog', { address: firstAddress });
    await first.ready();
    // on a busy machine the start alone may take that long
    await sleep(Math.max(1000, restartedMs + 3000 - performance.now()));
    const shareAfter = await share(first, 1000);

    await until(2 / 3);
    const rollingMs = performance.now();
    first = await restarted(first, firstAddress);
    await until(5 / 6);
    second = await restarted(second, secondAddress);
    const shares = [await share(first, 1000), await share(second, 1000)];
    await until(1);
    await load.stop();

    const kill = { inFlight, failed: load.failures(killedMs - 1000, restartedMs) };
    const late = load.failures(killedMs + 1000, restartedMs);
    const rolling = load.failures(rollingMs);
    console.log(
      `${load.calls.length} calls in ${seconds} s; before the kill ${load.failures(-Infinity, killedMs - 1000).length} failed; kill: ` +
        `${inFlight} in flight, ${kill.failed.length} failed, ${late.length} of them later than a second; ` +
        `restarts by SIGTERM: ${rolling.length} failed; share of the killed one: before ${percent(shareBefore)}, 3 s after its restart ` +
        `${percent(shareAfter)}, at last ${shares.map(percent).join(' and ')}; slowest answer ${slowest(load.calls)} ms`,
    );
    expect(load.calls.length).toBeGreaterThan(seconds * PER_SECOND * 0.95);
    expect(reasons(load.failures(-Infinity, killedMs - 1000))).toEqual([]);
    expect(kill.failed.length, reasons(kill.failed).join('\n')).toBeLessThanOrEqual(inFlight + 1);
    expect(reasons(late)).toEqual([]);
    expect(reasons(load.failures(restartedMs, rollingMs))).toEqual([]);
    expect(reasons(rolling)).toEqual([]);
    for (const part of [shareBefore, shareAfter, ...shares]) {
      expect(part).toBeGreaterThanOrEqual(0.4);
      expect(part).toBeLessThanOrEqual(0.6);
    }
  },
);

function placeOrder(): Promise<Response> {
  return fetch(`${orders}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"isbn":"9780262033848","quantity":1}',
  });
}

async function restarted(catalog: Service, address: string): Promise<Service> {
  expect(await catalog.stop('SIGTERM')).toBe(0);
  const next = playground.service('catalog', { address });
  await next.ready();
  return next;
}

/** The part of the calls of the next while that one catalog answers, by what the audit handlers write. */
async function share(catalog: Service, ms: number): Promise<number> {
  const count = (): number[] => [first, second].map(({ lines }) => lines.filter(isFind).length);
  const before = count();
  await sleep(ms);
  const answered = count().map((total, index) => total - before[index]!);
  return answered[catalog === first ? 0 : 1]! / (answered[0]! + answered[1]!);
}

function isFind({ message, ...fields }: { message: string; [field: string]: unknown }): boolean {
  return message === 'audit' && fields['operation'] === 'catalog.find';
}

function reasons(calls: readonly Call[]): string[] {
  return calls.map(({ status, failure }) => `${status} ${failure}`);
}

function slowest(calls: readonly Call[]): number {
  return Math.round(Math.max(...calls.map(({ beganMs, endedMs }) => endedMs - beganMs)));
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
