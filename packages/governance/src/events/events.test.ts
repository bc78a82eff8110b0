import {
  createLogger,
  Meter,
  silentLogger,
  silentMeter,
  VirtualClock,
  type GaugeRecorder,
  type Instrument,
  type InstrumentOptions,
  type MeterLabels,
} from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { FaultInjectionPolicy } from '../policy/fault-injection.js';
import { countEvents } from './count-events.js';
import { GovernanceEvents, type GovernanceEventMap } from './governance-events.js';
import { installEvents } from './install.js';
import { EventLog } from './log-events.js';

const about = { service: 'catalog', operation: 'catalog.find' };
const refusal = (name: string): GovernanceEventMap['rejected'] => ({ ...about, by: 'limiter', name });

/** Sums up what is recorded, by labels. */
class Sums extends Meter {
  readonly asked: InstrumentOptions[] = [];
  readonly sums = new Map<string, number>();

  counter(options: InstrumentOptions): Instrument {
    this.asked.push(options);
    return {
      bind: (labels: MeterLabels = {}) => ({
        record: (value: number): void => {
          const key = Object.values(labels).join('|');
          this.sums.set(key, (this.sums.get(key) ?? 0) + value);
        },
      }),
    };
  }

  gauge(options: InstrumentOptions): Instrument<GaugeRecorder> {
    return silentMeter.gauge(options);
  }

  histogram(options: InstrumentOptions): Instrument {
    return silentMeter.histogram(options);
  }
}

interface Line {
  readonly level: string;
  readonly message: string;
  readonly name?: string;
  readonly count?: number;
}

function logging(): { events: GovernanceEvents; clock: VirtualClock; lines: Line[]; log: EventLog } {
  const clock = new VirtualClock();
  const lines: Line[] = [];
  const logger = createLogger({ clock, write: (line) => void lines.push(JSON.parse(line) as Line) });
  const events = new GovernanceEvents(silentLogger);
  return { events, clock, lines, log: new EventLog(events, logger, clock) };
}

describe('the log of events', () => {
  it('tells of circuits and instances as it happens', () => {
    const { events, lines } = logging();
    events.emit('opened', { ...about, circuit: 'find' });
    events.emit('half-opened', { ...about, circuit: 'find' });
    events.emit('closed', { ...about, circuit: 'find' });
    events.emit('ejected', { ...about, instance: 'a', reason: 'failures', forMs: 30_000 });
    events.emit('returned', { ...about, instance: 'a' });
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'circuit opened'],
      ['info', 'circuit half-opened'],
      ['info', 'circuit closed'],
      ['warn', 'instance ejected'],
      ['info', 'instance returned'],
    ]);
    expect(lines[0]).toMatchObject({ ...about, circuit: 'find' });
    expect(lines[3]).toMatchObject({ instance: 'a', reason: 'failures', forMs: 30_000 });
  });

  it('never floods: one line for each name in ten seconds, with the count', async () => {
    const { events, clock, lines } = logging();
    for (let call = 0; call < 5000; call += 1) events.emit('rejected', refusal(call % 2 === 0 ? 'gold' : 'none'));
    expect(lines.map(({ message, name }) => [message, name])).toEqual([
      ['calls are rejected', 'gold'],
      ['calls are rejected', 'none'],
    ]);
    await clock.advance(10_000);
    expect(lines.slice(2).map(({ message, name, count }) => [message, name, count])).toEqual([
      ['calls were rejected', 'gold', 2499],
      ['calls were rejected', 'none', 2499],
    ]);
    await clock.advance(60_000);
    expect(lines).toHaveLength(4);
    expect(clock.pending).toBe(0);
    events.emit('rejected', refusal('gold'));
    expect(lines).toHaveLength(5);
  });

  it('tells of what is left when it ends, and of nothing afterwards', () => {
    const { events, clock, lines, log } = logging();
    for (let call = 0; call < 3; call += 1) events.emit('rejected', refusal('gold'));
    log.close();
    expect(lines.at(-1)).toMatchObject({ message: 'calls were rejected', name: 'gold', count: 2 });
    events.emit('rejected', refusal('gold'));
    events.emit('opened', { ...about, circuit: 'find' });
    expect(lines).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  it('stays small when names have no end', async () => {
    const { events, clock, lines } = logging();
    for (let call = 0; call < 3000; call += 1) events.emit('rejected', refusal(`caller-${call}`));
    expect(lines).toHaveLength(1001);
    await clock.advance(10_000);
    expect(lines.slice(1001)).toEqual([expect.objectContaining({ name: 'others', count: 1999 })]);
  });
});

describe('the counter of events', () => {
  it('counts by type, service and operation, until it is stopped', () => {
    const meter = new Sums();
    const events = new GovernanceEvents(silentLogger);
    const stop = countEvents(events, meter);
    expect(meter.asked).toMatchObject([
      { name: 'chassis_governance_events_total', labels: ['type', 'service', 'operation'] },
    ]);
    for (let call = 0; call < 3; call += 1) events.emit('rejected', refusal(`caller-${call}`));
    events.emit('retried', { ...about, attempt: 2, delayMs: 5, hedge: false });
    events.emit('routed', { ...about, rule: 'canary', tags: {} });
    events.emit('reloaded', { source: 'files', keys: ['servicecomb.match.a'] });
    stop();
    events.emit('reloaded', { source: 'files', keys: [] });
    expect(Object.fromEntries(meter.sums)).toEqual({
      'rejected|catalog|catalog.find': 3,
      'retried|catalog|catalog.find': 1,
      'routed|catalog|catalog.find': 1,
      'reloaded||': 1,
    });
  });

  it('has an end of its series', () => {
    const meter = new Sums();
    const events = new GovernanceEvents(silentLogger);
    countEvents(events, meter);
    for (let call = 0; call < 5000; call += 1) {
      events.emit('returned', { service: `s${call}`, operation: '', instance: 'a' });
    }
    expect(meter.sums.size).toBe(2001);
    expect(meter.sums.get('returned||')).toBe(3000);
  });
});

describe('reloads', () => {
  const running: TestApplication[] = [];

  afterEach(async () => {
    for (const app of running.splice(0)) await app.stop();
  });

  it('are told with their source and keys, in one spelling, and only where governance reads', async () => {
    const t = await TestApplication.create({
      plugins: [
        {
          name: 'events',
          install(host) {
            installEvents(host);
            host.section(FaultInjectionPolicy.section);
          },
        },
      ],
    });
    running.push(t);
    const reloads: unknown[] = [];
    t.get(GovernanceEvents).on('reloaded', (event) => reloads.push(event));
    const { config } = t.application;
    config.set('shop.discount', 5);
    config.set('servicecomb.matchmaker.x', 5);
    expect(reloads).toEqual([]);
    const fault = 'policy.fault.protocols.rest.delay.fixedDelay';
    config.set(`cse.governance.Consumer._global.${fault}`, 20);
    expect(reloads).toEqual([
      {
        source: 'memory',
        keys: ['servicecomb.governance.faultInjection.consumer.protocols.rest.delay.fixedDelayMs'],
      },
    ]);
    expect(() => config.set('servicecomb.governance.faultInjection.abort.percent', 500)).toThrow();
    expect(reloads).toHaveLength(1);
  });
});
