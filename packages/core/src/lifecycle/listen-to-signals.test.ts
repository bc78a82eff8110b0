import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { createLogger } from '../telemetry/create-logger.js';
import type { LifecycleStep } from './lifecycle-step.js';
import { createLifecycle, type Lifecycle } from './lifecycle.js';
import { listenToSignals, type SignalHost } from './listen-to-signals.js';

class FakeProcess extends EventEmitter implements SignalHost {
  readonly exits: number[] = [];
  exit(code: number): void {
    this.exits.push(code);
  }
}

function scene(steps: LifecycleStep[]): {
  host: FakeProcess;
  clock: VirtualClock;
  lifecycle: Lifecycle;
  log: Record<string, unknown>[];
  dispose: () => void;
} {
  const clock = new VirtualClock();
  const log: Record<string, unknown>[] = [];
  const logger = createLogger({ clock, write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) });
  const lifecycle = createLifecycle({ clock, logger, steps });
  const host = new FakeProcess();
  return { host, clock, lifecycle, log, dispose: listenToSignals(lifecycle, { logger, host }) };
}

const hanging: LifecycleStep = { name: 'pool', stop: () => new Promise(() => undefined), stopTimeoutMs: 100 };

describe('listenToSignals', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('stops and exits 0 on %s, and listens no more', async (signal) => {
    const { host, lifecycle, log } = scene([{ name: 'a', stop() {} }]);
    await lifecycle.start();
    host.emit(signal, signal);
    expect(lifecycle.readiness.state).toBe('stopping');
    await lifecycle.stopped;
    await Promise.resolve();
    expect(host.exits).toEqual([0]);
    expect(host.eventNames()).toEqual([]);
    expect(log[0]).toMatchObject({ message: 'signal: stopping', signal });
  });

  it('exits 1 when a step hangs', async () => {
    const { host, lifecycle, clock } = scene([hanging]);
    await lifecycle.start();
    host.emit('SIGTERM', 'SIGTERM');
    await clock.advance(100);
    expect(host.exits).toEqual([1]);
  });

  it.each([
    ['SIGTERM', 'SIGTERM', 143],
    ['SIGINT', 'SIGINT', 130],
    ['SIGINT', 'SIGTERM', 143],
  ] as const)('exits at once when %s is followed by %s', async (first, second, code) => {
    const { host, lifecycle, log, clock } = scene([hanging]);
    await lifecycle.start();
    host.emit(first, first);
    await clock.advance(1);
    expect(host.exits).toEqual([]);
    host.emit(second, second);
    expect(host.exits).toEqual([code]);
    expect(log.at(-1)).toMatchObject({ level: 'error', signal: second, step: 'pool' });
    await clock.advance(100);
  });

  it('gives up a start that is under way, before who started hears of it', async () => {
    const { host, lifecycle } = scene([
      {
        name: 'connect',
        start: (signal) => new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason as Error))),
      },
    ]);
    const heard = lifecycle.start().catch(() => [...host.exits]);
    host.emit('SIGINT', 'SIGINT');
    expect(await heard).toEqual([0]);
  });

  it('does not hide a start that had failed before the signal', async () => {
    const { host, lifecycle, clock, log } = scene([
      { ...hanging, start: () => Promise.reject(new Error('port in use')) },
    ]);
    const starting = lifecycle.start().catch(() => undefined);
    await clock.advance(1);
    host.emit('SIGINT', 'SIGINT');
    await clock.advance(100);
    await starting;
    expect(host.exits).toEqual([1]);
    expect(log.at(-1)).toMatchObject({ level: 'error', message: 'start step "pool" failed: port in use' });
    expect(lifecycle.failure?.code).toBe('LIFECYCLE_FAILED');
  });

  it('leaves SIGHUP alone', () => {
    const { host, dispose } = scene([]);
    expect(host.eventNames()).toEqual(['SIGTERM', 'SIGINT']);
    dispose();
    expect(host.eventNames()).toEqual([]);
  });

  it('goes away when something else stops the application', async () => {
    const { host, lifecycle } = scene([]);
    await lifecycle.start();
    await lifecycle.stop();
    expect(host.eventNames()).toEqual([]);
    expect(host.exits).toEqual([]);
  });
});
