import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CircuitBreakerPolicy } from '../policy/circuit-breaker.js';
import { Circuit, REFUSED, type CircuitState } from './algorithm.js';
import type { CircuitSettings } from './circuit-settings.js';
import { CircuitModel } from './model.fixture.js';

const DEFAULTS: CircuitSettings = CircuitBreakerPolicy.defaults;

interface World {
  readonly circuit: Circuit;
  readonly told: CircuitState[];
  now: number;
  readonly permits: number[];
}

interface Model {
  readonly model: CircuitModel;
  readonly permits: { readonly period: number }[];
}

type Command = fc.Command<Model, World>;

function agree({ model }: Model, { circuit, now, told }: World): void {
  expect(circuit.state).toBe(model.reported);
  expect(told.at(-1) ?? 'closed').toBe(model.reported);
  const counting = model.counting(now);
  if (model.state !== 'closed') return;
  const { total, failed, slow } = circuit.window(now);
  expect({ total, failed, slow }).toEqual({
    total: counting.length,
    failed: counting.filter((call) => call.failed).length,
    slow: counting.filter((call) => call.slow).length,
  });
}

function command(
  name: string,
  run: (model: Model, world: World) => void,
  check: Command['check'] = () => true,
): Command {
  return {
    check,
    run(model, world) {
      run(model, world);
      agree(model, world);
    },
    toString: () => name,
  };
}

const pass = fc
  .constantFrom(1, 10, 49, 50, 99, 300, 1000)
  .map((ms) => command(`pass ${ms}`, (_, world) => void (world.now += ms)));
const acquire = fc.constant(
  command('acquire', ({ model, permits }, world) => {
    const expected = model.acquire(world.now);
    const permit = world.circuit.acquire(world.now);
    expect(permit !== REFUSED).toBe(expected !== undefined);
    if (!expected) return;
    permits.push(expected);
    world.permits.push(permit);
  }),
);
const isUnderWay = ({ permits }: Model): boolean => permits.length > 0;
const record = fc.tuple(fc.nat(), fc.boolean(), fc.constantFrom(0, 29, 30, 31)).map(([which, failed, tookMs]) =>
  command(
    `record ${failed ? 'failure' : 'success'} of ${tookMs} ms`,
    ({ model, permits }, world) => {
      const at = which % permits.length;
      const [given] = permits.splice(at, 1);
      const [permit] = world.permits.splice(at, 1);
      model.record(given!, { failed, tookMs }, world.now);
      world.circuit.record(permit!, { failed, tookMs, now: world.now });
    },
    isUnderWay,
  ),
);
const release = fc.nat().map((which) =>
  command(
    'release',
    ({ model, permits }, world) => {
      const at = which % permits.length;
      model.release(permits.splice(at, 1)[0]!);
      world.circuit.release(world.permits.splice(at, 1)[0]!);
    },
    isUnderWay,
  ),
);
const reset = fc.constant(
  command('reset', ({ model }, { circuit }) => {
    model.reset();
    circuit.reset();
  }),
);
/** The window stays: another one begins anew, which has a test of its own. */
const change = fc
  .record({
    forceOpen: fc.constantFrom(false, false, false, true),
    forceClosed: fc.constantFrom(false, false, false, true),
    openMs: fc.integer({ min: 0, max: 500 }),
    minimumCalls: fc.integer({ min: 1, max: 8 }),
    errorPercent: fc.constantFrom(0, 1, 33, 50, 100),
    slowPercent: fc.constantFrom(0, 50, 100),
    halfOpenCalls: fc.integer({ min: 1, max: 3 }),
    halfOpenDecision: fc.constantFrom('all' as const, 'ratio' as const),
  })
  .map((changed) =>
    command(`configure ${JSON.stringify(changed)}`, ({ model }, { circuit }) => {
      model.configure({ ...model.settings, ...changed });
      circuit.configure({ ...circuit.settings, ...changed });
    }),
  );

describe('a circuit', () => {
  it('agrees with a model that remembers everything', () => {
    const initial = fc.record({
      window: fc.constantFrom('time' as const, 'count' as const),
      windowMs: fc.constantFrom(100, 1000),
      windowCalls: fc.integer({ min: 1, max: 12 }),
      minimumCalls: fc.integer({ min: 1, max: 6 }),
      slowMs: fc.constantFrom(0, 30),
      openMs: fc.constantFrom(50, 300),
      halfOpenCalls: fc.integer({ min: 1, max: 3 }),
      halfOpenDecision: fc.constantFrom('all' as const, 'ratio' as const),
    });
    const commands = fc.commands([acquire, acquire, record, record, record, pass, release, change, reset], {
      maxCommands: 120,
    });
    fc.assert(
      fc.property(initial, commands, (some, run) => {
        const settings = { ...DEFAULTS, ...some };
        const told: CircuitState[] = [];
        const circuit = new Circuit(settings, (state) => void told.push(state));
        fc.modelRun(
          () => ({
            model: { model: new CircuitModel(settings), permits: [] },
            real: { circuit, told, now: 0, permits: [] },
          }),
          run,
        );
        for (const [index, state] of told.entries()) expect(state).not.toBe(told[index - 1] ?? 'closed');
      }),
      { numRuns: 400 },
    );
  });

  it('does not overshoot: of a burst that fails, only as many are let through as its volume', () => {
    const circuit = new Circuit(DEFAULTS, () => undefined);
    let through = 0;
    for (let call = 0; call < 1000; call += 1) {
      const permit = circuit.acquire(0);
      if (permit === REFUSED) continue;
      through += 1;
      circuit.record(permit, { failed: true, tookMs: 1, now: 0 });
    }
    expect(through).toBe(20);
    expect(circuit.retryAfterMs(5000)).toBe(10_000);
  });

  it('keeps what it counted when a threshold changes, and begins anew when its window does', () => {
    const circuit = new Circuit(DEFAULTS, () => undefined);
    const fail = (): void => circuit.record(circuit.acquire(0), { failed: true, tookMs: 1, now: 0 });
    for (let call = 0; call < 5; call += 1) fail();
    circuit.configure({ ...DEFAULTS, minimumCalls: 6 });
    expect(circuit.window(0).total).toBe(5);
    fail();
    expect(circuit.state).toBe('open');
    circuit.reset();
    fail();
    circuit.configure({ ...DEFAULTS, windowMs: 20_000 });
    expect(circuit.window(0).total).toBe(0);
  });

  it('lets others try when those that try never come back', () => {
    const circuit = new Circuit({ ...DEFAULTS, minimumCalls: 1, openMs: 100 }, () => undefined);
    circuit.record(circuit.acquire(0), { failed: true, tookMs: 1, now: 0 });
    const lost = circuit.acquire(100);
    expect(lost).not.toBe(REFUSED);
    expect(circuit.acquire(199)).toBe(REFUSED);
    expect(circuit.retryAfterMs(199)).toBe(1);
    const other = circuit.acquire(200);
    expect(other).not.toBe(REFUSED);
    circuit.record(lost, { failed: true, tookMs: 1, now: 201 });
    expect(circuit.state).toBe('half-open');
    circuit.record(other, { failed: false, tookMs: 1, now: 202 });
    expect(circuit.state).toBe('closed');
  });

  it('gives the permit of a call that was given up to another at once', () => {
    const circuit = new Circuit({ ...DEFAULTS, minimumCalls: 1, openMs: 100 }, () => undefined);
    circuit.record(circuit.acquire(0), { failed: true, tookMs: 1, now: 0 });
    const permit = circuit.acquire(100);
    expect(circuit.acquire(101)).toBe(REFUSED);
    circuit.release(permit);
    const other = circuit.acquire(102);
    expect(other).not.toBe(REFUSED);
    expect(circuit.acquire(103)).toBe(REFUSED);
    circuit.record(other, { failed: false, tookMs: 1, now: 104 });
    expect(circuit.state).toBe('closed');
  });
});
