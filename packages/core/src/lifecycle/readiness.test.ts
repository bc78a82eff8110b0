import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { Readiness } from './readiness.js';

describe('Readiness', () => {
  it('is not ready before start has ended nor after stop has begun', async () => {
    const readiness = new Readiness(new VirtualClock());
    expect(await readiness.checkReady()).toEqual({ ok: false, state: 'starting', checks: {} });
    readiness.markReady();
    expect(await readiness.checkReady()).toEqual({ ok: true, state: 'ready', checks: {} });
    readiness.markStopping();
    readiness.markReady();
    expect(await readiness.checkReady()).toEqual({ ok: false, state: 'stopping', checks: {} });
    expect((await readiness.checkLive()).ok).toBe(true);
  });

  it('asks every check and shows what each found', async () => {
    const readiness = new Readiness(new VirtualClock());
    readiness.markReady();
    readiness.addCheck('database', () => ({ ok: true, detail: { lagMs: 3 } }));
    readiness.addCheck('queue', async () => Promise.reject(new Error('no broker')));
    readiness.addCheck('sync', () => {
      throw new Error('thrown');
    });
    expect(await readiness.checkReady()).toEqual({
      ok: false,
      state: 'ready',
      checks: {
        database: { ok: true, detail: { lagMs: 3 }, ms: 0 },
        queue: { ok: false, detail: 'no broker', ms: 0 },
        sync: { ok: false, detail: 'thrown', ms: 0 },
      },
    });
  });

  it('waits for a check no longer than its time, and tells it so', async () => {
    const clock = new VirtualClock();
    const readiness = new Readiness(clock);
    readiness.markReady();
    let signal: AbortSignal | undefined;
    readiness.addCheck(
      'slow',
      (given) => {
        signal = given;
        return new Promise(() => undefined);
      },
      { timeoutMs: 500 },
    );
    readiness.addCheck('late', () => clock.sleep(100).then(() => ({ ok: true })));
    const asking = readiness.checkReady();
    await clock.advance(500);
    expect(await asking).toMatchObject({
      ok: false,
      checks: { slow: { ok: false, detail: 'no answer in 500 ms', ms: 500 }, late: { ok: true, ms: 100 } },
    });
    expect(signal?.aborted).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it('grants the common time, as it is now, to checks without one', async () => {
    const clock = new VirtualClock();
    let common = 100;
    const readiness = new Readiness(clock, () => common);
    readiness.addCheck('slow', () => new Promise(() => undefined));
    common = 70;
    const asking = readiness.checkReady();
    await clock.advance(70);
    expect((await asking).checks['slow']).toMatchObject({ ok: false, ms: 70 });
  });

  it('counts only checks of liveness for liveness', async () => {
    const readiness = new Readiness(new VirtualClock());
    readiness.addCheck('database', () => ({ ok: false }));
    expect(await readiness.checkLive()).toEqual({ ok: true, state: 'starting', checks: {} });
    readiness.addCheck('loop', () => ({ ok: false }), { liveness: true });
    expect(await readiness.checkLive()).toMatchObject({ ok: false, checks: { loop: { ok: false } } });
    expect(Object.keys((await readiness.checkReady()).checks)).toEqual(['database', 'loop']);
  });

  it('lets probes that come together share one round', async () => {
    const readiness = new Readiness(new VirtualClock());
    let asked = 0;
    readiness.addCheck('a', () => ({ ok: (asked += 1) > 0 }));
    await Promise.all([readiness.checkReady(), readiness.checkReady()]);
    expect(asked).toBe(1);
    await readiness.checkReady();
    expect(asked).toBe(2);
  });

  it('sees a stop that begins while the checks run', async () => {
    const clock = new VirtualClock();
    const readiness = new Readiness(clock);
    readiness.markReady();
    readiness.addCheck('a', () => clock.sleep(10).then(() => ({ ok: true })));
    const asking = readiness.checkReady();
    readiness.markStopping();
    await clock.advance(10);
    expect(await asking).toMatchObject({ ok: false, state: 'stopping' });
  });

  it('refuses two checks of one name, and forgets one that is removed', async () => {
    const readiness = new Readiness(new VirtualClock());
    const remove = readiness.addCheck('a', () => ({ ok: false }));
    expect(() => readiness.addCheck('a', () => ({ ok: true }))).toThrow('two health checks named "a"');
    remove();
    readiness.addCheck('a', () => ({ ok: true }));
    remove();
    expect((await readiness.checkReady()).checks).toMatchObject({ a: { ok: true } });
  });
});
