import { Returns, Schema } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { Limited } from './limited.fixture.js';

@Schema({ id: 'books' })
class Books {
  @Returns(String) find(): Promise<string> {
    return Promise.resolve('found');
  }

  @Returns(String) list(): Promise<string> {
    return Promise.resolve('all');
  }
}

let running: Limited | undefined;

async function start(values: Readonly<Record<string, unknown>>): Promise<Limited> {
  running = await Limited.start(Books, { values });
  return running;
}

const marked = (mark: string): { headers: Record<string, string> } => ({ headers: { mark } });

afterEach(async () => {
  await running?.app.stop();
  running = undefined;
});

describe('servicecomb.rateLimiting', () => {
  it('limits what is marked, over all operations together, and nothing else', async () => {
    const limited = await start({ 'servicecomb.rateLimiting.slow': 'match: bulk\nrate: 10\nburst: 4\n' });
    expect(await limited.passing(3, 'find', marked('bulk'))).toBe(3);
    expect(await limited.passing(3, 'list', marked('bulk'))).toBe(1);
    expect(await limited.passing(30, 'find', marked('slow'))).toBe(30);
    expect(await limited.passing(30, 'find')).toBe(30);
    await limited.clock.advance(200);
    expect(await limited.passing(9, 'find', marked('bulk'))).toBe(2);
  });

  it('does not refuse everything when the burst is left out, or written as zero', async () => {
    const limited = await start({
      'servicecomb.rateLimiting.a': 'rate: 10',
      'servicecomb.rateLimiting.b': { rate: 2, burst: 0 },
    });
    expect(await limited.passing(9, 'find', marked('a'))).toBe(2);
    expect(await limited.passing(9, 'find', marked('b'))).toBe(1);
    await limited.clock.advance(500);
    expect(await limited.passing(9, 'find', marked('b'))).toBe(1);
  });

  it('refuses all at rates below one a second, not none', async () => {
    const limited = await start({ 'servicecomb.rateLimiting.a': 'rate: 0', 'servicecomb.rateLimiting.b': 'rate: 0.5' });
    expect(await limited.passing(9, 'find', marked('a'))).toBe(0);
    expect(await limited.passing(9, 'find', marked('b'))).toBe(1);
    expect(await limited.refusal('find', marked('b'))).toMatchObject({ retryAfterMs: 2000 });
  });

  it('takes what has no mark for "none", as go-chassis does', async () => {
    const limited = await start({ 'servicecomb.rateLimiting.rest': 'match: none\nrate: 5' });
    expect(await limited.passing(9, 'find')).toBe(1);
    expect(await limited.passing(9, 'find', marked('bulk'))).toBe(9);
  });

  it('understands the words of ServiceComb for Java', async () => {
    const text = 'limitRefreshPeriod: 2S\nrate: 4\ntimeoutDuration: 600';
    const limited = await start({ 'servicecomb.rateLimiting.java': text });
    const calls = Array.from({ length: 6 }, () => limited.call('find', marked('java')));
    const outcomes = Promise.allSettled(calls);
    await limited.clock.advance(600);
    expect((await outcomes).map(({ status }) => status)).toEqual([
      ...Array.from({ length: 5 }, () => 'fulfilled'),
      'rejected',
    ]);
  });

  it('is changed while it runs: as full as it was in proportion, and the others untouched', async () => {
    const limited = await start({
      'servicecomb.rateLimiting.a': 'rate: 100\nburst: 10',
      'servicecomb.rateLimiting.b': 'rate: 100\nburst: 10',
    });
    expect(await limited.passing(5, 'find', marked('a'))).toBe(5);
    expect(await limited.passing(10, 'find', marked('b'))).toBe(10);
    limited.configure({ 'servicecomb.rateLimiting.a': 'rate: 100\nburst: 100' });
    expect(await limited.passing(100, 'find', marked('a'))).toBe(50);
    expect(await limited.passing(10, 'find', marked('b'))).toBe(0);
  });

  it('that cannot be right is refused, and what was in force stays', async () => {
    const limited = await start({ 'servicecomb.rateLimiting.a': 'rate: 5' });
    for (const wrong of ['rate: plenty', 'rate: 5\nburst: -1', 'rate: [5', '- rate: 5', 'rat: 5', 'burst: 5']) {
      expect(() => limited.configure({ 'servicecomb.rateLimiting.a': wrong })).toThrow(/servicecomb\.rateLimiting\.a/);
      await limited.clock.advance(1000);
      expect(await limited.passing(9, 'find', marked('a'))).toBe(1);
    }
  });
});
