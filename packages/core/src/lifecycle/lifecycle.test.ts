import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { ChassisError } from '../errors/chassis-error.js';
import { createLogger } from '../telemetry/create-logger.js';
import type { LifecycleStep } from './lifecycle-step.js';
import { createLifecycle, type Lifecycle, type LifecycleOptions } from './lifecycle.js';
import { timetable } from './timetable.js';

interface Scene {
  readonly clock: VirtualClock;
  readonly lifecycle: Lifecycle;
  readonly log: string[];
}

const clocks: VirtualClock[] = [];

function scene(steps: (clock: VirtualClock) => LifecycleStep[], options: Partial<LifecycleOptions> = {}): Scene {
  const clock = new VirtualClock();
  const log: string[] = [];
  const logger = createLogger({ clock, write: (line) => void log.push(line) });
  clocks.push(clock);
  return { clock, log, lifecycle: createLifecycle({ clock, logger, steps: steps(clock), ...options }) };
}

/** A step that notes what is done with it. */
function noting(notes: string[], name: string, more: Partial<LifecycleStep> = {}): LifecycleStep {
  return { name, start: () => void notes.push(`+${name}`), stop: () => void notes.push(`-${name}`), ...more };
}

const never = (): Promise<void> => new Promise(() => undefined);

async function fault(run: Promise<unknown>): Promise<ChassisError> {
  return run.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error as ChassisError,
  );
}

afterEach(() => {
  for (const clock of clocks.splice(0)) expect(clock.pending, 'timers left behind').toBe(0);
});

describe('start', () => {
  it('runs the steps in order, each after the one before has ended', async () => {
    const notes: string[] = [];
    const { lifecycle, clock } = scene((clock) => [
      { name: 'a', start: () => clock.sleep(10).then(() => void notes.push('a')) },
      { name: 'stop only', stop: () => undefined },
      noting(notes, 'b'),
    ]);
    const started = lifecycle.start();
    expect(lifecycle.readiness.ready).toBe(false);
    await clock.advance(10);
    await started;
    expect(notes).toEqual(['a', '+b']);
    expect(lifecycle.readiness.state).toBe('ready');
  });

  it('runs once, however often it is called', async () => {
    const notes: string[] = [];
    const { lifecycle } = scene(() => [noting(notes, 'a')]);
    await Promise.all([lifecycle.start(), lifecycle.start()]);
    await lifecycle.start();
    expect(notes).toEqual(['+a']);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('port 80 in use'))],
    [
      'throws',
      () => {
        throw new Error('port 80 in use');
      },
    ],
  ])('names the step that %s, and stops what was begun, in reverse', async (_, start) => {
    const notes: string[] = [];
    const { lifecycle, log } = scene(() => [
      noting(notes, 'a'),
      noting(notes, 'b'),
      noting(notes, 'listen', { start }),
      noting(notes, 'd'),
    ]);
    const error = await fault(lifecycle.start());
    expect(error).toMatchObject({
      code: 'LIFECYCLE_FAILED',
      message: 'start step "listen" failed: port 80 in use',
      cause: { message: 'port 80 in use' },
    });
    expect(notes).toEqual(['+a', '+b', '-listen', '-b', '-a']);
    expect(lifecycle.readiness.state).toBe('stopping');
    expect(log).toEqual([]);
    expect(await lifecycle.stop()).toMatchObject({ clean: true });
  });

  it('names the step that does not end, after aborting it', async () => {
    const notes: string[] = [];
    let reason: unknown;
    const { lifecycle, clock } = scene(() => [
      noting(notes, 'a'),
      noting(notes, 'register', {
        start: (signal) => {
          signal.addEventListener('abort', () => (reason = signal.reason));
          return never();
        },
        startTimeoutMs: () => 300,
      }),
    ]);
    const failing = fault(lifecycle.start());
    await clock.advance(299);
    expect(reason).toBeUndefined();
    await clock.advance(1);
    expect(await failing).toMatchObject({
      code: 'LIFECYCLE_TIMEOUT',
      kind: 'DEADLINE_EXCEEDED',
      message: 'start step "register" did not end in 300 ms',
    });
    expect(reason).toMatchObject({ code: 'LIFECYCLE_TIMEOUT' });
    expect(notes).toEqual(['+a', '-register', '-a']);
    expect(await lifecycle.stop()).toMatchObject({ clean: true, faults: [] });
  });

  it('takes the common deadline for steps without one, and for one that cannot be read', async () => {
    for (const startTimeoutMs of [undefined, () => expect.unreachable()]) {
      const { lifecycle, clock } = scene(
        () => [{ name: 'slow', start: never, ...(startTimeoutMs && { startTimeoutMs }) }],
        { startTimeoutMs: 70 },
      );
      const failing = fault(lifecycle.start());
      await clock.advance(70);
      expect((await failing).message).toContain('70 ms');
    }
  });

  it('swallows what a step that was left to itself does later', async () => {
    const { lifecycle, clock } = scene((clock) => [
      {
        name: 'late',
        start: () => clock.sleep(500).then(() => Promise.reject(new Error('too late'))),
        startTimeoutMs: 100,
      },
    ]);
    const failing = fault(lifecycle.start());
    await clock.advance(1000);
    expect((await failing).code).toBe('LIFECYCLE_TIMEOUT');
  });

  it('says of a stopped application that it cannot be started', async () => {
    const notes: string[] = [];
    const { lifecycle } = scene(() => [noting(notes, 'a')]);
    await lifecycle.stop();
    expect((await fault(lifecycle.start())).message).toBe(
      'start was given up before its first step: the application was stopped',
    );
    expect(notes).toEqual([]);
  });
});

describe('stop', () => {
  it('is not ready at once, then undoes the steps in reverse', async () => {
    const notes: string[] = [];
    const { lifecycle } = scene(() => [noting(notes, 'a'), noting(notes, 'b'), { name: 'start only', start() {} }]);
    await lifecycle.start();
    const stopped = lifecycle.stop();
    expect(lifecycle.readiness.state).toBe('stopping');
    expect(await stopped).toMatchObject({ clean: true, faults: [] });
    expect(notes).toEqual(['+a', '+b', '-b', '-a']);
    expect(await lifecycle.stopped).toBe(await stopped);
  });

  it('is shared by all who call it', async () => {
    const notes: string[] = [];
    const { lifecycle } = scene(() => [noting(notes, 'a')]);
    await lifecycle.start();
    const [first, second] = await Promise.all([lifecycle.stop(), lifecycle.stop()]);
    expect(second).toBe(first);
    expect(await lifecycle.stop()).toBe(first);
    expect(notes).toEqual(['+a', '-a']);
  });

  it('names steps that fail or hang, and goes on with the next', async () => {
    const notes: string[] = [];
    let aborted = false;
    const { lifecycle, clock, log } = scene(() => [
      noting(notes, 'a'),
      {
        name: 'pool',
        stop: (signal) => {
          signal.addEventListener('abort', () => (aborted = true));
          return never();
        },
        stopTimeoutMs: 50,
      },
      noting(notes, 'b'),
      {
        name: 'tracer',
        stop: () => {
          throw new Error('no collector');
        },
      },
    ]);
    await lifecycle.start();
    const stopping = lifecycle.stop();
    await clock.advance(50);
    const report = await stopping;
    expect(report.clean).toBe(false);
    expect(report.faults.map(({ code, message }) => [code, message])).toEqual([
      ['LIFECYCLE_FAILED', 'stop step "tracer" failed: no collector'],
      ['LIFECYCLE_TIMEOUT', 'stop step "pool" did not end in 50 ms'],
    ]);
    expect(report.ms).toBe(50);
    expect(aborted).toBe(true);
    expect(notes).toEqual(['+a', '+b', '-b', '-a']);
    expect(log.map((line) => (JSON.parse(line) as { level: string; step: string }).step)).toEqual(['tracer', 'pool']);
    expect(log[1]).toContain('stop step \\"pool\\" did not end in 50 ms; stop goes on');
  });

  it('during start aborts the step under way, then undoes it and those before', async () => {
    const notes: string[] = [];
    const { lifecycle, log, clock } = scene((clock) => [
      noting(notes, 'a'),
      noting(notes, 'connect', { start: (signal) => clock.sleep(10_000, signal) }),
      noting(notes, 'c'),
    ]);
    const starting = fault(lifecycle.start());
    await clock.advance(1);
    const report = await lifecycle.stop();
    expect(report.clean).toBe(true);
    expect(await starting).toMatchObject({
      code: 'LIFECYCLE_FAILED',
      message: 'start was given up at step "connect": the application was stopped',
    });
    expect(notes).toEqual(['+a', '-connect', '-a']);
    expect(lifecycle.readiness.ready).toBe(false);
    expect(log).toEqual([]);
  });

  it('during start waits for a step that ends by itself', async () => {
    const notes: string[] = [];
    const { lifecycle, clock } = scene((clock) => [
      noting(notes, 'deaf', { start: () => clock.sleep(30).then(() => void notes.push('+deaf')) }),
      noting(notes, 'b'),
    ]);
    const starting = fault(lifecycle.start());
    const stopping = lifecycle.stop();
    await clock.advance(29);
    expect(notes).toEqual([]);
    await clock.advance(1);
    expect((await stopping).clean).toBe(true);
    expect(notes).toEqual(['+deaf', '-deaf']);
    await starting;
  });

  it('during start waits no longer than the stop time, and names the step', async () => {
    const notes: string[] = [];
    const { lifecycle, clock } = scene(() => [
      noting(notes, 'a'),
      noting(notes, 'deaf', { start: never, stopTimeoutMs: 40 }),
    ]);
    const starting = fault(lifecycle.start());
    await clock.advance(1000);
    const stopping = lifecycle.stop();
    await clock.advance(40);
    const report = await stopping;
    expect(report.faults.map(({ message }) => message)).toEqual(['start step "deaf" did not end in 40 ms']);
    expect(notes).toEqual(['+a', '-deaf', '-a']);
    await starting;
  });

  it('called by a step of start and waited for there ends all the same', async () => {
    let stop: () => Promise<unknown> = never;
    const { lifecycle, clock } = scene(() => [
      { name: 'self', start: () => stop().then(() => undefined), stopTimeoutMs: 5 },
    ]);
    stop = () => lifecycle.stop();
    const starting = fault(lifecycle.start());
    await clock.advance(5);
    expect((await lifecycle.stopped).faults[0]?.message).toContain('"self"');
    await starting;
  });
});

describe('timings', () => {
  it('tell what each step took, and which one is under way', async () => {
    const { lifecycle, clock } = scene((clock) => [
      { name: 'quick', start: () => clock.sleep(10) },
      { name: 'slow', start: () => clock.sleep(90), stop: never, stopTimeoutMs: 20 },
    ]);
    const starting = lifecycle.start();
    await clock.advance(40);
    expect(lifecycle.current).toEqual({ step: 'slow', phase: 'start', ms: 30, outcome: 'running' });
    await clock.advance(60);
    await starting;
    expect(lifecycle.current).toBeUndefined();
    const stopping = lifecycle.stop();
    await clock.advance(20);
    await stopping;
    expect(lifecycle.timings).toEqual([
      { step: 'quick', phase: 'start', ms: 10, outcome: 'done' },
      { step: 'slow', phase: 'start', ms: 90, outcome: 'done' },
      { step: 'slow', phase: 'stop', ms: 20, outcome: 'timed out' },
    ]);
    expect(timetable(lifecycle.timings)).toBe(
      [
        'start      10.0 ms  10%  quick',
        'start      90.0 ms  90%  slow',
        'stop       20.0 ms 100%  slow (timed out)',
      ].join('\n'),
    );
  });

  it('make an empty table of nothing', () => {
    expect(timetable([])).toBe('');
  });
});
