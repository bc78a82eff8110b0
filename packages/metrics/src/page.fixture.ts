import {
  createApplication,
  silentLogger,
  type Application,
  type ApplicationOptions,
  type Clock,
  type Plugin,
  type ValueProvider,
} from '@ts-chassis/core';
import { prometheus } from './plugin.js';

/** What an application is started with. */
export interface Started extends Pick<ApplicationOptions, 'providers' | 'modules' | 'logger'> {
  readonly name?: string;
  readonly clock?: Clock;
  /** What serves and calls; the transport of the test. */
  readonly transport: Plugin;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly overrides?: readonly ValueProvider[];
}

/** Starts an application with metrics and no process metrics, whose listener `rest` is on a free port. */
export async function startMetered({ transport, values, ...options }: Started): Promise<Application> {
  const app = createApplication({
    name: 'catalog',
    plugins: [transport, prometheus()],
    signals: false,
    logger: silentLogger,
    ...options,
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.registry.type': 'static',
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.log.level': 'error',
        'servicecomb.metrics.enableGoRuntimeMetrics': false,
        ...values,
      },
    },
  });
  await app.start();
  return app;
}

/** The address of a listener. */
export function originOf(app: Application, name = 'rest'): string {
  return `http://127.0.0.1:${app.endpoints.find(({ listener }) => listener === name)!.port}`;
}

/** A page by its samples: `name{label="value",...}` with the labels in order of their names, to the value. */
export function samplesOf(page: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  for (const line of page.split('\n')) {
    const [, name, labels = '', value] = /^([a-z_A-Z0-9]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined || line.startsWith('#')) continue;
    const pairs = [...labels.matchAll(/([a-zA-Z_]\w*)="((?:\\.|[^"\\])*)"/g)].map(
      ([, label, text]) => `${label}="${text}"`,
    );
    const key = `${name}{${pairs.sort().join(',')}}`;
    if (samples.has(key)) throw new Error(`the page says ${key} twice`);
    samples.set(key, value === '+Inf' ? Infinity : Number(value));
  }
  return samples;
}

/** Reads the page of an application until it says what is waited for: an answer is out a moment before its request is over. */
export async function scrape(origin: string, path = '/metrics'): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(origin + path);
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return samplesOf(await response.text());
}

/** The samples of one name, by their labels. */
export function named(samples: ReadonlyMap<string, number>, name: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...samples].flatMap(([key, value]) => (key.startsWith(`${name}{`) ? [[key.slice(name.length), value]] : [])),
  );
}
