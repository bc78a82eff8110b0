import { Circuit, REFUSED, type CircuitState } from '../../packages/governance/src/breaker/algorithm.js';
import { CircuitBreakerPolicy } from '../../packages/governance/src/policy/circuit-breaker.js';
import { arrivals } from '../engine/arrivals.js';
import { Attempt, flatNetwork } from '../engine/attempt.js';
import { Histogram } from '../engine/histogram.js';
import { exponential } from '../engine/sampler.js';
import { Server, type Condition } from '../engine/server.js';
import { Simulation } from '../engine/simulation.js';
import { TimeSeries } from '../engine/time-series.js';
import { expectNumber, round, type Section } from '../report/section.js';
import { scaled, type Scenario, type ScenarioOptions } from './scenario.js';

const FAULT = { fromMs: 20_000, toMs: 60_000 };
const END_MS = 100_000;
const TIMEOUT_MS = 1000;
const PER_CLIENT = 20;
const settings = CircuitBreakerPolicy.defaults;

interface Fault {
  readonly condition: Condition;
  readonly errorRate: number;
}

interface BreakerRun {
  readonly seed: number;
  readonly clients: number;
  readonly hasBreaker: boolean;
  readonly fault: Fault;
}

class BreakerResult {
  /** Calls that reached the service, by second. */
  readonly sent = new TimeSeries(1000);
  readonly good = new TimeSeries(1000);
  /** How long callers waited while the fault lasted. */
  readonly waited = new Histogram();
  /** When each change to a state happened. */
  readonly changes: { readonly state: CircuitState; readonly atMs: number }[] = [];
}

/** One operation of one service of which all instances have the same fault, and clients with a circuit each. */
function simulate({ seed, clients, hasBreaker, fault }: BreakerRun): BreakerResult {
  const simulation = new Simulation(seed);
  const server = new Server(0, simulation, { concurrency: Infinity, service: exponential(30) });
  const result = new BreakerResult();
  const isFaulty = (): boolean => simulation.elapsed() >= FAULT.fromMs && simulation.elapsed() < FAULT.toMs;
  const set = ({ condition, errorRate }: Fault): void => void Object.assign(server, { condition, errorRate });
  simulation.after(FAULT.fromMs, () => set(fault));
  simulation.after(FAULT.toMs, () => set({ condition: 'healthy', errorRate: 0 }));
  for (let client = 0; client < clients; client++) {
    const circuit = new Circuit(settings, (state) => result.changes.push({ state, atMs: simulation.elapsed() }));
    arrivals(simulation, { name: String(client), perSecond: PER_CLIENT, untilMs: END_MS }, () => {
      const counts = isFaulty();
      const permit = hasBreaker ? circuit.acquire(simulation.elapsed()) : 0;
      if (permit === REFUSED) return counts ? result.waited.add(0) : undefined;
      result.sent.add(simulation.elapsed());
      const way = { simulation, network: flatNetwork, fromZone: 0, timeoutMs: TIMEOUT_MS };
      Attempt.send(server, way, (outcome, tookMs) => {
        if (hasBreaker) circuit.record(permit, { failed: outcome !== 'ok', tookMs, now: simulation.elapsed() });
        if (outcome === 'ok') result.good.add(simulation.elapsed());
        if (counts) result.waited.add(tookMs);
      });
    });
  }
  simulation.events.runAll();
  return result;
}

/** The latest moment of a change to a state after a fault began or ended, in seconds from then. */
function lastAfter({ changes }: BreakerResult, state: CircuitState, fromMs: number): number {
  const times = changes.filter((change) => change.state === state && change.atMs >= fromMs);
  return times.length === 0 ? Infinity : (Math.max(...times.map(({ atMs }) => atMs)) - fromMs) / 1000;
}

/** When the last client had opened for the first time, in seconds after the fault began; `Infinity` when some never did. */
function allOpenSeconds({ changes }: BreakerResult, clients: number): number {
  const opened = changes.filter(({ state, atMs }) => state === 'open' && atMs >= FAULT.fromMs);
  return opened.length < clients ? Infinity : (opened[clients - 1]!.atMs - FAULT.fromMs) / 1000;
}

const CASES: readonly { readonly name: string; readonly fault: Fault }[] = [
  { name: 'it hangs', fault: { condition: 'hanging', errorRate: 0 } },
  { name: 'it fails at once', fault: { condition: 'failing', errorRate: 0 } },
  { name: '30 % fail', fault: { condition: 'healthy', errorRate: 0.3 } },
];

function runBreaker(options: ScenarioOptions): Section {
  const clients = scaled(250, options);
  const offered = clients * PER_CLIENT;
  const rows = CASES.flatMap(({ name, fault }) =>
    [false, true].map((hasBreaker) => {
      const result = simulate({ seed: options.seed, clients, hasBreaker, fault });
      const opened = hasBreaker ? allOpenSeconds(result, clients) : NaN;
      const closed = hasBreaker ? lastAfter(result, 'closed', FAULT.toMs) : NaN;
      const sent = result.sent.between(FAULT.fromMs + 10_000, FAULT.toMs) / (offered * 30);
      return { name, hasBreaker, result, opened, closed, sent };
    }),
  );
  const [hangsPlain, hangs, , fails, , partly] = rows as unknown as readonly [Row, Row, Row, Row, Row, Row];
  return {
    name: 'breaker',
    title: 'Circuit breaker: what a dead service costs its callers',
    text: TEXT,
    tables: [
      {
        caption: 'Forty seconds of a fault',
        head: [
          'Fault',
          'Breaker',
          'mean wait of callers (ms)',
          'p99 (ms)',
          'load on the service after 10 s',
          'all open after (s)',
          'all closed after (s)',
        ],
        rows: rows.map(({ name, hasBreaker, result, opened, closed, sent }) => [
          name,
          hasBreaker ? 'yes' : 'no',
          round(result.waited.mean, 1),
          round(result.waited.quantile(0.99), 1),
          `${round(sent * 100, 2)} %`,
          hasBreaker ? round(opened, 1) : '-',
          hasBreaker ? round(closed, 1) : '-',
        ]),
      },
    ],
    charts: [
      {
        file: 'breaker-load',
        title: 'Calls that reach a service while it hangs',
        x: { label: 'time (s)', to: END_MS / 1000 },
        y: { label: 'calls that reach it (per second)' },
        series: [hangsPlain, hangs].map(({ hasBreaker, result }) => ({
          name: hasBreaker ? 'with breakers' : 'without',
          points: Array.from(
            { length: END_MS / 1000 - 1 },
            (_, second) => [second + 0.5, result.sent.at(second)] as const,
          ),
        })),
        spans: [{ from: FAULT.fromMs / 1000, to: FAULT.toMs / 1000, name: 'it hangs' }],
      },
    ],
    expectations: [
      expectNumber('it hangs: seconds until all circuits are open (half a window and a timeout)', hangs.opened, {
        atMost: 8,
      }),
      expectNumber('it fails at once: seconds until all circuits are open', fails.opened, { atMost: 7 }),
      expectNumber('it hangs: load on the service once they are open', hangs.sent * 100, { atMost: 1, unit: ' %' }),
      expectNumber(
        'it hangs: mean wait of callers against that without breakers',
        hangs.result.waited.mean / hangsPlain.result.waited.mean,
        { atMost: 0.25 },
      ),
      expectNumber(
        'seconds after the end of the fault until all circuits are closed (openMs, and a call that tries)',
        Math.max(hangs.closed, fails.closed),
        { atMost: 17 },
      ),
      expectNumber(
        '30 % fail, less than the threshold: circuits that opened, of a hundred',
        (100 * partly.result.changes.filter(({ state }) => state === 'open').length) / clients,
        { atMost: 1 },
      ),
    ],
  };
}

interface Row {
  readonly result: BreakerResult;
  readonly hasBreaker: boolean;
  readonly opened: number;
  readonly closed: number;
  readonly sent: number;
}

const TEXT = `250 clients with 20 calls a second each to one operation, 30 ms of work, a timeout of one second, and a circuit each with the defaults: a window of ten seconds, at
least 20 calls, 50 % failed, open for 15 s, one call that tries. From second 20 to 60 the service has a fault; callers that are refused wait no time.`;

export const breaker: Scenario = { name: 'breaker', run: runBreaker };
