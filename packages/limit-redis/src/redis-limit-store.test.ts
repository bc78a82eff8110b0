import { createLogger, VirtualClock } from '@ts-chassis/core';
import type { Limit, LimitAnswer } from '@ts-chassis/governance';
import { describe, expect, it } from 'vitest';
import type { RedisCommands } from './commands.js';
import { RedisLimitStore } from './redis-limit-store.js';

const limit: Limit = { rate: 30, burst: 9, maxWaitMs: 0 };

/** A server as far as a store sees it. */
class Server implements RedisCommands {
  readonly commands: (readonly string[])[] = [];
  processes = 3;
  knowsScripts = true;
  /** What it does instead of answering. */
  trouble: 'none' | 'refuses' | 'hangs' = 'none';
  readonly #hanging: (() => void)[] = [];

  async sendCommand(command: readonly string[]): Promise<unknown> {
    this.commands.push(command);
    if (this.trouble === 'refuses') throw new Error('The client is closed');
    if (this.trouble === 'hangs') await new Promise<void>((resolve) => this.#hanging.push(resolve));
    if (command[0] === 'EVALSHA' && !this.knowsScripts) throw new Error('NOSCRIPT No matching script.');
    return command[3]!.endsWith(':processes') ? this.processes : [1, '0.000'];
  }

  recover(): void {
    this.trouble = 'none';
    for (const goOn of this.#hanging.splice(0)) goOn();
  }

  /** How many commands came about limits, not about processes. */
  get takes(): number {
    return this.commands.filter((command) => !command.includes('limits:/default/catalog:processes')).length;
  }
}

interface Started {
  readonly clock: VirtualClock;
  readonly server: Server;
  readonly store: RedisLimitStore;
  readonly log: string[];
}

async function start(server = new Server()): Promise<Started> {
  const clock = new VirtualClock();
  const log: string[] = [];
  const logger = createLogger({
    clock,
    write: (line) => void log.push((JSON.parse(line) as { message: string }).message),
  });
  const store = new RedisLimitStore({
    ...{ client: server, clock, logger, prefix: 'limits:', group: '/default/catalog' },
    ...{ timeoutMs: 100, server: 'redis:6379' },
  });
  await store.start();
  return { clock, server, store, log };
}

/** How many of thirty calls at once are let through. */
async function passing({ store, clock }: Started, key = 'key'): Promise<number> {
  const answers = Promise.all(Array.from({ length: 30 }, () => store.take(key, limit, clock.elapsed())));
  await clock.advance(100);
  return (await answers).filter(({ allowed }) => allowed).length;
}

describe('a limit on the server', () => {
  it('costs one command, under a key of its own', async () => {
    const { server, store } = await start();
    server.commands.length = 0;
    expect(await store.take('/default/catalog/provider', { ...limit, maxWaitMs: 250 }, 0)).toEqual({
      ...{ allowed: true, waitMs: 0 },
    });
    expect(server.commands).toEqual([
      ['EVALSHA', expect.any(String), '1', 'limits:/default/catalog/provider', '30', '9', '250'],
    ]);
  });

  it('is sent as a whole to a server that does not know the script', async () => {
    const { server, store } = await start();
    server.commands.length = 0;
    server.knowsScripts = false;
    expect(await store.take('key', limit, 0)).toMatchObject({ allowed: true });
    expect(server.commands.map(([name]) => name)).toEqual(['EVALSHA', 'EVAL']);
  });

  it('that lets nothing through is not asked for', async () => {
    const { server, store } = await start();
    server.commands.length = 0;
    const answer: LimitAnswer | Promise<LimitAnswer> = store.take('key', { ...limit, rate: 0 }, 0);
    expect(answer).toEqual({ allowed: false, waitMs: Infinity });
    expect(server.commands).toEqual([]);
  });
});

describe('a server that is lost', () => {
  it.each(['refuses', 'hangs'] as const)('and %s leaves each process its share, said once', async (trouble) => {
    const started = await start();
    const { server, clock, log } = started;
    server.trouble = trouble;
    expect(await passing(started)).toBe(3);
    expect(log).toEqual([expect.stringMatching(/is lost; until it answers this process keeps to its share/)]);
    const before = server.takes;
    await clock.advance(100);
    // not asked any more, so that no call waits for it
    expect(started.store.take('key', limit, clock.elapsed())).toMatchObject({ allowed: true });
    expect(server.takes).toBe(before);
    expect(log).toHaveLength(1);
  });

  it.each(['refuses', 'hangs'] as const)('and %s is used again when it answers, said once', async (trouble) => {
    const started = await start();
    const { server, clock, log } = started;
    server.trouble = trouble;
    await passing(started);
    await clock.advance(30_000);
    server.recover();
    await clock.advance(1000);
    expect(log).toEqual([expect.stringMatching(/is lost/), expect.stringMatching(/answers again/)]);
    expect(await passing(started)).toBe(30);
  });

  it('is noticed without any call, and of one that hangs only two answers are waited for', async () => {
    const { server, clock, log } = await start();
    server.trouble = 'hangs';
    const before = server.commands.length;
    await clock.advance(60_000);
    expect(server.commands).toHaveLength(before + 2);
    expect(log).toHaveLength(1);
  });

  it('is not lost by one answer that does not come, nor by now and then one', async () => {
    const { server, clock, store, log } = await start();
    for (let round = 0; round < 3; round += 1) {
      server.trouble = 'refuses';
      expect(await store.take('key', limit, clock.elapsed())).toMatchObject({ allowed: true });
      server.trouble = 'none';
      const before = server.takes;
      await store.take('key', limit, clock.elapsed());
      expect(server.takes).toBe(before + 1);
    }
    expect(log).toEqual([]);
  });

  it('from the start is no reason not to start', async () => {
    const server = new Server();
    server.trouble = 'refuses';
    const started = await start(server);
    expect(await passing(started)).toBe(9);
    expect(started.log).toHaveLength(1);
    server.recover();
    await started.clock.advance(1000);
    expect(await passing(started)).toBe(30);
  });
});

describe('the share of a process', () => {
  it('follows within a second how many there are', async () => {
    const started = await start();
    started.server.processes = 9;
    await started.clock.advance(1000);
    started.server.trouble = 'refuses';
    expect(await passing(started)).toBe(1);
  });
});

describe('a store that is stopped', () => {
  it('says goodbye, and leaves no timer', async () => {
    const { server, clock, store } = await start();
    server.commands.length = 0;
    await store.stop();
    await clock.advance(60_000);
    expect(server.commands).toEqual([['ZREM', 'limits:/default/catalog:processes', expect.any(String)]]);
    expect(clock.pending).toBe(0);
  });

  it('does not wait for a server that hangs', async () => {
    const { server, clock, store } = await start();
    server.trouble = 'hangs';
    const stopped = store.stop();
    await clock.advance(100);
    await stopped;
    expect(clock.pending).toBe(0);
  });
});
