import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auth } from '@ts-chassis/auth';
import {
  createApplication,
  Logger,
  Module,
  Returns,
  Schema,
  type Application,
  type ConfigEntry,
} from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { grpc } from '@ts-chassis/grpc';
import { prometheus } from '@ts-chassis/metrics';
import { Get, rest } from '@ts-chassis/rest';
import { kie, serviceCenter } from '@ts-chassis/servicecomb';
import { tracing, zipkin } from '@ts-chassis/tracing';
import { describe, expect, it } from 'vitest';
import { concrete, GO_CHASSIS_KEYS, GO_CHASSIS_VARIABLES } from './fixtures/go-chassis-keys.js';

// What docs/coming-from-go-chassis-keys.md says of each key is what an application does with it.

const page = readFileSync(join(__dirname, '../docs/coming-from-go-chassis-keys.md'), 'utf8');
const WORDS = ['same', 'better', 'other name', 'no effect', 'unknown', 'not read'];

const LISTENING = { 'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0' };

/** What the page says, by key. */
const said = new Map(
  page.split('\n').flatMap((line) => {
    const [, key, word] = /^\| `([^`|]+)` \| ([^|]+) \|/.exec(line) ?? [];
    return key !== undefined && WORDS.includes(word!) ? [[key, word!] as const] : [];
  }),
);

class Lines extends Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(): void {}
  warn(message: string): void {
    this.lines.push(message);
  }
  error(message: string): void {
    this.lines.push(message);
  }
  child(): Logger {
    return this;
  }
}

@Schema({ id: 'desk', path: '/desk' })
class Desk {
  @Get()
  @Returns(String)
  open(): Promise<string> {
    return Promise.resolve('yes');
  }
}

@Module({ schemas: [Desk] })
class DeskModule {}

interface Prepared {
  readonly lines: readonly string[];
  /** What the sources said that count, without the defaults. */
  readonly entries: readonly ConfigEntry[];
}

function applicationOf(
  values: Record<string, unknown>,
  logger: Logger,
  environment: Record<string, string>,
): Application {
  return createApplication({
    modules: [DeskModule],
    plugins: [rest(), grpc(), governance(), auth(), prometheus(), tracing(zipkin()), serviceCenter(), kie()],
    configuration: { directory: false, environment, commandLine: false, values },
    logger,
    signals: false,
  });
}

async function prepare(values: Record<string, unknown>, environment: Record<string, string>): Promise<Prepared> {
  const logger = new Lines();
  const app = applicationOf(values, logger, environment);
  await app.prepare();
  const entries = app.inspect().configuration.filter(({ source }) => source !== 'default');
  await app.stop();
  return { lines: logger.lines, entries };
}

/** What an application does with a key, in the words of the page. */
function wordOf(key: string, { lines, entries }: Prepared): readonly string[] {
  if (lines.some((line) => line.endsWith(`${key} is accepted and has no effect`))) return ['no effect'];
  if (lines.some((line) => line.includes(`unknown key ${key}`))) return ['unknown'];
  expect(lines).toEqual([]);
  const isIn = (entry: ConfigEntry): boolean => entry.key === key;
  if (!entries.some((entry) => !isIn(entry)) && !key.includes('.')) return ['not read'];
  return entries.some(isIn) || key.startsWith('cse.') ? ['same', 'better', 'other name'] : ['other name'];
}

describe('the page for those who come from go-chassis', () => {
  it.each(GO_CHASSIS_KEYS)('says what becomes of $key', async ({ key, value, needs = {} }) => {
    const prepared = await prepare({ [concrete(key)]: value, ...needs }, {});
    expect(wordOf(concrete(key), prepared)).toContain(said.get(key));
  });

  it.each(GO_CHASSIS_VARIABLES)('says what becomes of the variable %s', async (name, value) => {
    const { lines, entries } = await prepare({}, { [name]: value });
    expect(said.get(name)).toBe('same');
    expect(lines).toEqual([]);
    expect(entries).toContainEqual(expect.objectContaining({ place: `variable ${name}` }));
  });

  it('tells of no other key', () => {
    const known = [...GO_CHASSIS_KEYS.map(({ key }) => key), ...GO_CHASSIS_VARIABLES.map(([name]) => name)];
    expect([...said.keys()].filter((key) => !known.includes(key))).toEqual([]);
  });

  it.each([
    ['servicecomb.handler.chain.Provider.default', 'ratelimter-provider', 'did you mean "ratelimiter-provider"?'],
    ['cse.loadbalance.strategy.name', 'RundRobin', 'did you mean RoundRobin?'],
    ['cse.loadbalance.serverListFilters', 'zonaware', 'did you mean zoneaware?'],
    ['cse.loadbalance.backoff.kind', 'linear', 'expected one of exponential, constant, zero'],
    ['servicecomb.routeRule.catalog', '- route: []', 'expected a list of weights and tags with one item at least'],
    ['ssl.rest.Consumer.verifyPer', 'true', 'did you mean verifyPeer?'],
    ['servicecomb.match.vip', 'matches: [{ headers: { x: { regex: "(?=a)" } } }]', 'regex cannot compare'],
    ['servicecomb.service.name', 'my desk', 'service-center takes letters'],
  ])('is right that the start is refused for %s: %s', async (key, value, part) => {
    const values = { ...LISTENING, 'servicecomb.registry.address': 'http://127.0.0.1:1', [key]: value };
    const app = applicationOf(values, new Lines(), {});
    await expect(app.start()).rejects.toThrow(part);
    await app.stop();
  });

  it('is right that a chain runs without a handler that only go-chassis has', async () => {
    const values = { ...LISTENING, 'servicecomb.handler.chain.Provider.default': 'access-log' };
    const { lines } = await prepare(values, {});
    expect(lines).toEqual([expect.stringContaining('"access-log" is not installed; the chain runs without it')]);
  });
});
