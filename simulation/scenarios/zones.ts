import type { Instance } from '@ts-chassis/core';
import { arrivals } from '../engine/arrivals.js';
import { BalancedClient } from '../engine/balanced-client.js';
import { Fleet } from '../engine/fleet.js';
import { Histogram } from '../engine/histogram.js';
import { SimulatedRegistry } from '../engine/registry.js';
import { exponential } from '../engine/sampler.js';
import { Simulation } from '../engine/simulation.js';
import { knownNames } from '../engine/stand-ins.js';
import { TimeSeries } from '../engine/time-series.js';
import { expectNumber, percent, round, type Section } from '../report/section.js';
import { scaled, type Scenario, type ScenarioOptions } from './scenario.js';

const ZONES = 3;
const OUTAGE = { fromMs: 20_000, toMs: 40_000 };
const END_MS = 60_000;
const REGISTRY_MS = 2_000;

interface ZoneResult {
  readonly name: string;
  readonly crossing: TimeSeries;
  readonly calls: TimeSeries;
  readonly failed: TimeSeries;
  readonly latency: Histogram;
}

/** Three zones, 0.25 ms within and 2 ms between them; the servers of zone 0 are killed and start again. */
async function simulate(filters: readonly string[], options: ScenarioOptions): Promise<ZoneResult> {
  const simulation = new Simulation(options.seed);
  const fleet = Fleet.of(simulation, scaled(30, options) * ZONES, (id) => ({
    ...{ zone: id % ZONES, concurrency: 8, service: exponential(10) },
  }));
  const view = {
    delayMs: REGISTRY_MS,
    isAlive: (instance: Instance) => fleet.serverOf(instance).condition !== 'down',
  };
  const clients = scaled(30, options) * ZONES;
  const registries = Array.from({ length: clients }, () => new SimulatedRegistry(simulation, fleet.instances, view));
  const network = (from: number, to: number): number => (from === to ? 0.25 : 2);
  const shared = { simulation, fleet, network, names: knownNames() };
  const settings = { strategy: 'RoundRobin', filters };
  const result = newResult(filters);
  outage(simulation, fleet, registries);
  for (const [id, discovery] of registries.entries()) {
    const zone = id % ZONES;
    const client = new BalancedClient({ ...shared, discovery, settings, id, zone, timeoutMs: 1000 });
    arrivals(simulation, { name: String(id), perSecond: 50, untilMs: END_MS }, () => {
      const atMs = simulation.elapsed();
      client.send({}, Infinity, (outcome, tookMs, address) => {
        result.calls.add(atMs);
        if (outcome !== 'ok') return result.failed.add(atMs);
        if (Number(address.match(/\d+/)?.[0]) % ZONES !== zone) result.crossing.add(atMs);
        if (atMs < OUTAGE.fromMs) result.latency.add(tookMs);
      });
    });
  }
  await simulation.run();
  return result;
}

function newResult(filters: readonly string[]): ZoneResult {
  return {
    name: filters.length === 0 ? 'no filter' : 'zoneaware',
    ...{ crossing: new TimeSeries(1000), calls: new TimeSeries(1000), failed: new TimeSeries(1000) },
    latency: new Histogram(),
  };
}

function outage(simulation: Simulation, fleet: Fleet, registries: readonly SimulatedRegistry[]): void {
  const ofZone = fleet.members.filter(({ server }) => server.zone === 0);
  simulation.after(OUTAGE.fromMs, () => {
    for (const { server, instance } of ofZone) {
      server.kill();
      for (const registry of registries) registry.remove(instance);
    }
  });
  simulation.after(OUTAGE.toMs, () => {
    for (const { server, instance } of ofZone) {
      server.condition = 'healthy';
      for (const registry of registries) registry.add(instance);
    }
  });
}

async function runZones(options: ScenarioOptions): Promise<Section> {
  const results = [await simulate([], options), await simulate(['zoneaware'], options)];
  const [plain, aware] = results as [ZoneResult, ZoneResult];
  const share = (part: TimeSeries, { calls }: ZoneResult, from: number, to: number): number =>
    part.between(from, to) / calls.between(from, to);
  const outageFrom = OUTAGE.fromMs + 5_000;
  return {
    name: 'zones',
    title: 'Zones: how many calls cross',
    text: TEXT,
    tables: [
      {
        caption: 'Share of calls to another zone',
        head: ['Filter', 'before', 'zone 0 is down', 'after', 'p50 before (ms)', 'failed in the outage'],
        rows: results.map((result) => [
          result.name,
          percent(share(result.crossing, result, 0, OUTAGE.fromMs)),
          percent(share(result.crossing, result, outageFrom, OUTAGE.toMs)),
          percent(share(result.crossing, result, OUTAGE.toMs + 5_000, END_MS)),
          round(result.latency.quantile(0.5), 1),
          percent(share(result.failed, result, OUTAGE.fromMs, OUTAGE.toMs), 2),
        ]),
      },
    ],
    charts: [
      {
        file: 'zones-crossing',
        title: 'Calls to another zone while one of three is down',
        x: { label: 'time (s)', to: END_MS / 1000 },
        y: { label: 'calls to another zone (%)', to: 100 },
        series: results.map((result) => ({
          name: result.name,
          points: Array.from(
            { length: END_MS / 1000 },
            (_, second) => [second + 0.5, (100 * result.crossing.at(second)) / result.calls.at(second)] as const,
          ),
        })),
        spans: [{ from: OUTAGE.fromMs / 1000, to: OUTAGE.toMs / 1000, name: 'zone 0 is down' }],
      },
    ],
    expectations: [
      expectNumber('no filter: calls that cross', share(plain.crossing, plain, 0, OUTAGE.fromMs) * 100, {
        atLeast: 64,
        atMost: 69,
        unit: ' %',
      }),
      expectNumber(
        'zoneaware: calls that cross before the outage',
        share(aware.crossing, aware, 0, OUTAGE.fromMs) * 100,
        { atMost: 0, unit: ' %' },
      ),
      expectNumber(
        'zoneaware: calls that fail in the outage from its fifth second on',
        share(aware.failed, aware, outageFrom, OUTAGE.toMs) * 100,
        { atMost: 0, unit: ' %' },
      ),
      expectNumber(
        'zoneaware: calls that cross from five seconds after the outage on',
        share(aware.crossing, aware, OUTAGE.toMs + 5_000, END_MS) * 100,
        { atMost: 0, unit: ' %' },
      ),
    ],
  };
}

const TEXT = `Three zones with 30 servers and 30 clients each, 0.25 ms one way within a zone and 2 ms between two. From second 20 to 40 all servers of zone 0 are down; the registry
shows it after two seconds. Nothing is tried again.`;

export const zones: Scenario = { name: 'zones', run: runZones };
