import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivals } from './arrivals.js';
import { Attempt, flatNetwork } from './attempt.js';
import { EventQueue } from './event-queue.js';
import { Histogram } from './histogram.js';
import { constant, exponential, logNormal, zipf } from './sampler.js';
import { Server, type Outcome, type ServerOptions } from './server.js';
import { Simulation } from './simulation.js';
import { spreadOf } from './spread.js';
import { TimeSeries } from './time-series.js';

describe('EventQueue', () => {
  it('lets things happen in the order of time, then of asking, whatever the order of asking was', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), (delays) => {
        const queue = new EventQueue();
        const happened: [number, number][] = [];
        for (const [index, delay] of delays.entries()) queue.after(delay, () => happened.push([queue.now, index]));
        queue.runAll();
        const wanted = delays.map((delay, index): [number, number] => [delay, index]);
        expect(happened).toEqual(wanted.sort((left, right) => left[0] - right[0] || left[1] - right[1]));
        expect([queue.happened, queue.waiting]).toEqual([delays.length, 0]);
      }),
    );
  });

  it('stands at the end it ran until, and keeps what is later', () => {
    const queue = new EventQueue();
    const happened: number[] = [];
    queue.after(10, () => queue.after(5, () => happened.push(queue.now)));
    queue.runUntil(12);
    expect([queue.now, happened, queue.waiting]).toEqual([12, [], 1]);
    queue.runUntil(20);
    expect([queue.now, happened]).toEqual([20, [15]]);
  });
});

describe('Simulation', () => {
  it('calls off what was asked for', () => {
    const simulation = new Simulation(1);
    const log: string[] = [];
    const undo = simulation.after(10, () => log.push('undone'));
    simulation.every(4, () => log.push(`at ${simulation.elapsed()}`) < 3);
    undo();
    simulation.events.runAll();
    expect(log).toEqual(['at 4', 'at 8', 'at 12']);
  });

  it('draws the same for a purpose whatever others draw, and other values for other seeds', () => {
    const draw = (seed: number, purpose: string): number[] => {
      const random = new Simulation(seed).random(purpose);
      return [random.next(), random.next()];
    };
    expect(draw(1, 'arrivals')).toEqual(draw(1, 'arrivals'));
    expect(draw(1, 'arrivals')).not.toEqual(draw(1, 'service'));
    expect(draw(1, 'arrivals')).not.toEqual(draw(2, 'arrivals'));
  });
});

describe('samplers', () => {
  const mean = (sampler: (random: { next(): number }) => number, count = 50_000): number => {
    const random = new Simulation(7).random('mean');
    let sum = 0;
    for (let index = 0; index < count; index++) sum += sampler(random);
    return sum / count;
  };

  it('keep the mean that was asked for', () => {
    expect(mean(constant(3))).toBe(3);
    expect(mean(exponential(10)) / 10).toBeCloseTo(1, 1);
    expect(mean(logNormal(10, 0.8)) / 10).toBeCloseTo(1, 1);
  });

  it('draw ranks as often as their share', () => {
    const draw = zipf(10, 1);
    const random = new Simulation(7).random('ranks');
    const counts = Array.from({ length: 10 }, () => 0);
    for (let index = 0; index < 50_000; index++) counts[draw(random)]! += 1;
    expect(counts[0]! / counts[4]!).toBeGreaterThan(4.5);
    expect(counts[0]! / counts[4]!).toBeLessThan(5.5);
  });
});

describe('measures', () => {
  it('tell quantiles within one per cent', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.02, max: 100_000, noNaN: true }), { minLength: 1 }), (values) => {
        const histogram = new Histogram();
        for (const value of values) histogram.add(value);
        const sorted = [...values].sort((left, right) => left - right);
        for (const share of [0.5, 0.9, 1]) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
          expect(Math.abs(histogram.quantile(share) / exact - 1)).toBeLessThan(0.011);
        }
      }),
    );
  });

  it('tell how evenly something lies', () => {
    expect(spreadOf([2, 2, 2])).toEqual({ mean: 2, max: 2, maxToMean: 1, deviation: 0 });
    expect(spreadOf([0, 4])).toEqual({ mean: 2, max: 4, maxToMean: 2, deviation: 1 });
  });

  it('sum by slices of time', () => {
    const series = new TimeSeries(10);
    series.add(9.9);
    series.add(10, 2);
    series.add(25);
    expect([series.at(0), series.at(1), series.at(7), series.between(10, 30), series.length]).toEqual([1, 2, 0, 3, 3]);
  });
});

describe('Server', () => {
  /** Sends several at once and tells how and when each ended. */
  const send = (options: ServerOptions, count: number, prepare?: (server: Server) => void): [Outcome, number][] => {
    const simulation = new Simulation(1);
    const server = new Server(0, simulation, options);
    prepare?.(server);
    const ended: [Outcome, number][] = [];
    const way = { simulation, network: flatNetwork, fromZone: 0, timeoutMs: 1000 };
    for (let index = 0; index < count; index++) Attempt.send(server, way, (...end) => ended.push(end));
    simulation.events.runAll();
    return ended;
  };

  it('works on as much at once as it can, lets the rest wait in order, and turns away what the queue does not hold', () => {
    const ended = send({ concurrency: 2, queue: 1, service: constant(10) }, 4);
    expect(ended).toEqual([
      ['full', 0.5],
      ['ok', 10.5],
      ['ok', 10.5],
      ['ok', 20.5],
    ]);
  });

  it('fails, hangs, refuses and slows down', () => {
    const service = constant(10);
    expect(send({ service }, 1, (server) => (server.condition = 'failing'))).toEqual([['error', 1.5]]);
    expect(send({ service }, 1, (server) => (server.condition = 'hanging'))).toEqual([['timeout', 1000]]);
    expect(send({ service }, 1, (server) => server.kill())).toEqual([['refused', 0.5]]);
    expect(send({ service }, 1, (server) => (server.slowdown = 3))).toEqual([['ok', 30.5]]);
    expect(send({ service }, 1, (server) => (server.errorRate = 1))).toEqual([['error', 10.5]]);
    expect(send({ service, coldFactor: 5, coldMs: 1000 }, 1)[0]![1]).toBeCloseTo(50.5, 1);
  });

  it('loses what it works on and what waits when it is killed', () => {
    const simulation = new Simulation(1);
    const server = new Server(0, simulation, { service: constant(10) });
    const ended: Outcome[] = [];
    for (let index = 0; index < 3; index++) server.arrive({ answered: (outcome) => ended.push(outcome) });
    simulation.after(15, () => server.kill());
    simulation.events.runAll();
    expect([ended, server.load]).toEqual([['ok', 'refused', 'refused'], 0]);
  });

  it('obeys its gate, and tells it how long what it let in took', () => {
    const told: [number, Outcome][] = [];
    const gate = {
      admit: (_: unknown, server: Server) => server.load < 2,
      ended: (_: unknown, tookMs: number, outcome: Outcome) => void told.push([tookMs, outcome]),
    };
    const ended = send({ service: constant(10), gate }, 3);
    expect(ended.map(([outcome]) => outcome)).toEqual(['shed', 'ok', 'ok']);
    expect(told).toEqual([
      [10, 'ok'],
      [20, 'ok'],
    ]);
  });
});

describe('arrivals', () => {
  it('come at the rate that was asked for, until the end', () => {
    const simulation = new Simulation(3);
    let count = 0;
    arrivals(simulation, { name: 'a', perSecond: 1000, untilMs: 20_000 }, () => (count += 1));
    simulation.events.runAll();
    expect(Math.abs(count - 20_000)).toBeLessThan(4 * Math.sqrt(20_000));
    expect(simulation.elapsed()).toBeLessThanOrEqual(20_000);
  });
});
