import { describe, expect, it } from 'vitest';
import { seededRandom, systemClock, systemRandom, VirtualClock } from './index.js';

describe('VirtualClock', () => {
  it('stands still until it is advanced', async () => {
    const clock = new VirtualClock(1000);
    expect([clock.now(), clock.elapsed()]).toEqual([1000, 0]);
    await clock.advance(250);
    expect([clock.now(), clock.elapsed()]).toEqual([1250, 250]);
  });

  it('runs what falls due in the order of time, then of asking', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    clock.after(20, () => log.push(`late at ${clock.elapsed()}`));
    clock.after(10, () => log.push(`first at ${clock.elapsed()}`));
    clock.after(10, () => log.push(`second at ${clock.elapsed()}`));
    clock.after(31, () => log.push('beyond'));
    await clock.advance(30);
    expect(log).toEqual(['first at 10', 'second at 10', 'late at 20']);
    expect(clock.pending).toBe(1);
  });

  it('runs what is asked for while it advances, promises in between', async () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const beat = async (): Promise<void> => {
      for (let count = 0; count < 3; count++) {
        await clock.sleep(100);
        times.push(clock.elapsed());
      }
    };
    const beating = beat();
    await clock.advance(1000);
    await beating;
    expect(times).toEqual([100, 200, 300]);
  });

  it('forgets what was undone or aborted', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    const undo = clock.after(10, () => log.push('undone'));
    undo();
    undo();
    const abort = new AbortController();
    const sleeping = clock.sleep(10, abort.signal);
    abort.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(10, abort.signal)).rejects.toThrow('enough');
    expect(clock.pending).toBe(0);
    await clock.advance(20);
    expect(log).toEqual([]);
  });
});

describe('systemClock', () => {
  it('tells wall time and monotonic time', () => {
    const before = Date.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    const start = systemClock.elapsed();
    expect(systemClock.elapsed()).toBeGreaterThanOrEqual(start);
  });

  it('runs something later, unless it is undone', async () => {
    const log: string[] = [];
    const undo = systemClock.after(0, () => log.push('undone'));
    undo();
    await new Promise<void>((resolve) => {
      const keepAlive = systemClock.sleep(5);
      systemClock.after(0, () => void keepAlive.then(resolve));
    });
    expect(log).toEqual([]);
  });

  it('ends a sleep with the reason of its signal', async () => {
    const abort = new AbortController();
    const sleeping = systemClock.sleep(60_000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(systemClock.sleep(60_000, abort.signal)).rejects.toThrow('enough');
  });
});

describe('random', () => {
  it('repeats itself from the same seed and stays in [0, 1)', () => {
    const [left, right, other] = [seededRandom(42), seededRandom(42), seededRandom(43)];
    const draw = (random: { next(): number }): number[] => Array.from({ length: 1000 }, () => random.next());
    const drawn = draw(left);
    expect(draw(right)).toEqual(drawn);
    expect(draw(other)).not.toEqual(drawn);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
    const mean = drawn.reduce((sum, value) => sum + value) / drawn.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  });

  it('draws from the process', () => {
    const value = systemRandom.next();
    expect(value >= 0 && value < 1).toBe(true);
  });
});
