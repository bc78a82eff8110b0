import { VirtualClock, type InstrumentOptions } from '@ts-chassis/core';
import fc from 'fast-check';
import { Counter, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { named, samplesOf } from '../page.fixture.js';
import { PrometheusMeter } from './prometheus-meter.js';

function metered(most = 100) {
  const exceeded: string[] = [];
  const registry = new Registry();
  const clock = new VirtualClock();
  const limit = { most, exceeded: (name: string) => void exceeded.push(name) };
  const meter = new PrometheusMeter({ registry, clock, buckets: [0.1, 1], limit });
  return { meter, registry, clock, exceeded, samples: async () => samplesOf(await registry.metrics()) };
}

const SPINS: InstrumentOptions = { name: 'spins_total', help: 'Spins.', labels: ['way'] };

describe('PrometheusMeter', () => {
  it('writes counters, gauges and histograms in the text format', async () => {
    const { meter, registry } = metered();
    meter.counter(SPINS).bind({ way: 'left' }).record(2);
    const open = meter.gauge({ name: 'open_files', help: 'Files held open.' }).bind();
    open.record(5);
    open.add(-2);
    const waits = meter.histogram({ name: 'wait_seconds', help: 'Waits.' }).bind();
    for (const seconds of [0.05, 0.1, 0.5, 7]) waits.record(seconds);
    expect(await registry.metrics()).toBe(
      [
        '# HELP spins_total Spins.\n# TYPE spins_total counter\nspins_total{way="left"} 2\n',
        '# HELP open_files Files held open.\n# TYPE open_files gauge\nopen_files 3\n',
        '# HELP wait_seconds Waits.\n# TYPE wait_seconds histogram\nwait_seconds_bucket{le="0.1"} 2\nwait_seconds_bucket{le="1"} 3',
        'wait_seconds_bucket{le="+Inf"} 4\nwait_seconds_sum 7.65\nwait_seconds_count 4\n',
      ].join('\n'),
    );
  });

  it('leaves out what no counter and no histogram can take', async () => {
    const { meter, samples } = metered();
    const spins = meter.counter(SPINS).bind({ way: 'left' });
    for (const value of [1, -1, NaN]) spins.record(value);
    const waits = meter.histogram({ name: 'wait_seconds', help: 'Waits.' }).bind();
    waits.record(NaN);
    expect([...(await samples()).values()]).toEqual([1, 0, 0, 0, 0, 0]);
  });

  it('gives the same instrument and the same series to all who ask alike', async () => {
    const { meter, samples } = metered();
    meter.counter(SPINS).bind({ way: 'left' }).record(1);
    meter
      .counter({ ...SPINS, help: 'Turns.' })
      .bind({ way: 'left' })
      .record(1);
    expect([...(await samples())]).toEqual([['spins_total{way="left"}', 2]]);
  });

  it('shows no label that is empty', async () => {
    const { meter, samples } = metered();
    meter.counter(SPINS).bind({ way: '' }).record(1);
    expect([...(await samples())]).toEqual([['spins_total{}', 1]]);
  });

  it.each<[string, (meter: PrometheusMeter) => unknown]>([
    ['its name', (meter) => meter.counter({ name: 'spins-total', help: 'x' })],
    ['its name', (meter) => meter.counter({ name: 'a\n# TYPE b gauge', help: 'x' })],
    ['has no help', (meter) => meter.counter({ name: 'spins', help: ' ' })],
    ['got "a b"', (meter) => meter.counter({ name: 'spins', help: 'x', labels: ['a b'] })],
    ['got "__name__"', (meter) => meter.counter({ name: 'spins', help: 'x', labels: ['__name__'] })],
    ['is written by every histogram', (meter) => meter.histogram({ name: 'spins', help: 'x', labels: ['le'] })],
    ['is written by every summary', (meter) => meter.summary({ name: 'spins', help: 'x', labels: ['quantile'] })],
    ['is named twice', (meter) => meter.counter({ name: 'spins', help: 'x', labels: ['a', 'a'] })],
    ['got [2, 1]', (meter) => meter.histogram({ name: 'spins', help: 'x', buckets: [2, 1] })],
    ['got []', (meter) => meter.histogram({ name: 'spins', help: 'x', buckets: [] })],
    ['another type', (meter) => [meter.counter(SPINS), meter.gauge(SPINS)]],
    ['other labels', (meter) => [meter.counter(SPINS), meter.counter({ ...SPINS, labels: [] })]],
    [
      'written by the metric "a"',
      (meter) => [meter.histogram({ name: 'a', help: 'x' }), meter.counter({ name: 'a_sum', help: 'x' })],
    ],
    ['expected the labels [way], got []', (meter) => meter.counter(SPINS).bind()],
    ['expected the labels [way], got [weigh]', (meter) => meter.counter(SPINS).bind({ weigh: '1' })],
    ['got [way, x]', (meter) => meter.counter(SPINS).bind({ way: '1', x: '2' })],
    [
      'expected the labels [constructor]',
      (meter) => meter.counter({ ...SPINS, labels: ['constructor'] }).bind({ way: '1' }),
    ],
  ])('refuses an instrument when %s', (message, run) => {
    const { meter } = metered();
    expect(() => run(meter)).toThrow(
      expect.objectContaining({ code: 'METRIC_INVALID', message: expect.stringContaining(message) as string }),
    );
  });

  it('refuses the name of a metric that was made with prom-client', () => {
    const { meter, registry } = metered();
    const own = new Counter({ name: 'spins_total', help: 'x', registers: [registry] });
    own.inc();
    expect(() => meter.counter(SPINS)).toThrow('"spins_total" is there already as a metric of prom-client');
  });

  it('keeps every label value inside its quotes, and no two series of one name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 20 }), async (values) => {
        const { meter, registry } = metered();
        const spins = meter.counter(SPINS);
        for (const way of values) spins.bind({ way }).record(1);
        const bytes = Buffer.from(await registry.metrics(), 'utf8').toString('utf8');
        const lines = bytes.trimEnd().split('\n').slice(2);
        expect(
          lines.filter((line) => !/^spins_total(\{way="(\\\\|\\"|\\n|[^"\\\n])+"\})? [1-9]\d*$/.test(line)),
        ).toEqual([]);
        expect(new Set(lines.map((line) => line.replace(/ \d+$/, ''))).size).toBe(lines.length);
      }),
    );
  });

  it('writes quotes, backslashes and line ends so that they are read back', async () => {
    const { meter, registry } = metered();
    meter.counter(SPINS).bind({ way: 'a"} 1\nb\\' }).record(1);
    expect(await registry.metrics()).toContain(String.raw`spins_total{way="a\"} 1\nb\\"} 1`);
  });

  it('counts together what is beyond its limit of series, and says so once', async () => {
    const { meter, samples, exceeded } = metered(3);
    const spins = meter.counter(SPINS);
    for (let way = 0; way < 10; way++) spins.bind({ way: String(way) }).record(1);
    spins.bind({ way: '1' }).record(1);
    expect(named(await samples(), 'spins_total')).toEqual({
      '{way="0"}': 1,
      '{way="1"}': 2,
      '{way="2"}': 1,
      '{otel_metric_overflow="true"}': 7,
    });
    expect(exceeded).toEqual(['spins_total']);
  });

  it('starts again from zero when its registry does', async () => {
    const { meter, registry, samples } = metered();
    meter.counter(SPINS).bind({ way: 'left' }).record(2);
    meter.histogram({ name: 'wait_seconds', help: 'Waits.' }).bind().record(1);
    registry.resetMetrics();
    expect(new Set((await samples()).values())).toEqual(new Set([0]));
  });
});

describe('a summary', () => {
  const DURATION: InstrumentOptions = { name: 'duration', help: 'Milliseconds.' };

  it('says the quantiles of the last minutes within 2.5 per cent, and the sum and count of all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ min: 0.01, max: 1e5, noNaN: true }), { minLength: 1 }), async (values) => {
        const { meter, samples } = metered();
        const duration = meter.summary(DURATION).bind();
        for (const value of values) duration.record(value);
        const page = await samples();
        const sorted = Float64Array.from(values).sort();
        for (const share of [0.5, 0.9, 0.99]) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
          const said = page.get(`duration{quantile="${share}"}`)!;
          expect(Math.abs(said - exact) / exact).toBeLessThanOrEqual(0.0251);
        }
        expect(page.get('duration_count{}')).toBe(values.length);
        expect(page.get('duration_sum{}')).toBeCloseTo(
          values.reduce((sum, value) => sum + value, 0),
          3,
        );
      }),
    );
  });

  it('forgets what is older than ten minutes', async () => {
    const { meter, samples, clock } = metered();
    const duration = meter.summary(DURATION).bind();
    const median = async (): Promise<number> => Math.round((await samples()).get('duration{quantile="0.5"}')!);
    duration.record(1000);
    await clock.advance(6 * 60_000);
    expect(await median()).toBe(992);
    duration.record(10);
    expect(await median()).toBe(10);
    await clock.advance(6 * 60_000);
    expect(await median()).toBe(10);
    await clock.advance(20 * 60_000);
    expect(await median()).toBe(NaN);
    expect((await samples()).get('duration_count{}')).toBe(2);
  });
});
