import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort, startShop, until } from '../../scripts/servers/servers.mjs';
import { getText, placeOrder } from './shop-client.js';

const ORDERS = 3000;
const AT_ONCE = 10;
/** As long as it would take if each waited for the collector but once in a while; without one it takes seconds. */
const WITHIN_MS = 60_000;
/** The load is meant for the collector: the catalog's own limit would cut it off. */
const UNLIMITED = '--servicecomb.governance.rateLimit.services.catalog.schemas.catalog.enabled=false';
const MOST_GROWTH_BYTES = 80 * 1024 * 1024;

let shop: Awaited<ReturnType<typeof startShop>>;
let collector: Server | undefined;
const sockets = new Set<Socket>();

afterEach(async () => {
  await shop?.stop();
  for (const socket of sockets) socket.destroy();
  await new Promise<void>((resolve) => (collector ? collector.close(() => resolve()) : resolve()));
  collector = undefined;
});

/** A collector that does what it should not with each connection. */
async function collectorThat(misbehaves: (socket: Socket) => void): Promise<string> {
  collector = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    misbehaves(socket);
  });
  await new Promise<void>((resolve) => collector!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
}

/** How long each of many orders took, in milliseconds, the slowest last. */
async function placeMany(count: number): Promise<readonly number[]> {
  const took: number[] = [];
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const began = performance.now();
      await placeOrder(shop.orders);
      took.push(performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return took.sort((a, b) => a - b);
}

async function memory(): Promise<number> {
  const page = await getText(`${shop.orders.url}/metrics`);
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(page)?.[1]);
}

/** Warnings of a service that is started with the level `warn`. */
function complaints(log: string): string[] {
  return log.split('\n').filter((line) => line.includes('"warn"') && /zipkin|collector|span/i.test(line));
}

describe('a shop whose collector', () => {
  it.each([
    ['is away', async () => `http://127.0.0.1:${await freePort()}`],
    ['takes connections and never answers', () => collectorThat(() => {})],
    ['resets every connection', () => collectorThat((socket) => socket.resetAndDestroy())],
    ['answers 503', () => collectorThat((socket) => socket.end('HTTP/1.1 503 x\r\ncontent-length: 0\r\n\r\n'))],
    ['answers what is no HTTP', () => collectorThat((socket) => socket.end('what?\r\n\r\n'))],
  ])('%s works as ever and complains once', async (_what, start) => {
    const origin = await start();
    const settings = ['batchSize=100', 'batchInterval=200ms', 'timeout=2000ms', 'queueSize=500'];
    shop = await startShop({
      flags: ['--servicecomb.log.level=warn', UNLIMITED, ...settings.map((setting) => `--tracing.settings.${setting}`)],
      environment: { ZIPKIN_URI: `${origin}/api/v2/spans` },
    });
    await placeMany(ORDERS / 10);
    const before = await memory();
    const began = performance.now();
    const took = await placeMany(ORDERS);
    expect(performance.now() - began).toBeLessThan(WITHIN_MS);
    // the slowest of a busy machine, and far from the time limit of a collector that each order would wait for
    expect(took[Math.floor(took.length * 0.99)]).toBeLessThan(1500);
    expect((await memory()) - before).toBeLessThan(MOST_GROWTH_BYTES);
    const [line] = await until('a complaint', () => {
      const lines = complaints(shop.orders.log());
      return lines.length > 0 ? lines : undefined;
    });
    expect(complaints(shop.orders.log())).toEqual([line]);
  });
});
