import {
  createApplication,
  Implements,
  Injectable,
  Module,
  remote,
  Remote,
  Returns,
  Schema,
  silentLogger,
  type Application,
  type Client,
  type Plugin,
} from '@ts-chassis/core';
import { Get, Headers, Param, rest, RestClient } from '@ts-chassis/rest';
import { memory, memoryRegistry, type MemoryRegistry } from '@ts-chassis/testing';
import { afterEach, expect, it } from 'vitest';
import { governance } from '../plugin.js';

@Schema({ id: 'catalog', path: '/books' })
class Catalog {
  @Get('/:isbn')
  @Returns(String)
  find(@Param('isbn') isbn: string, @Headers('x-tier', { optional: true }) tier?: string): Promise<string> {
    return remote();
  }
}

@Implements(Catalog)
class OldCatalog extends Catalog {
  override async find(): Promise<string> {
    return 'old';
  }
}

@Implements(Catalog)
class NewCatalog extends Catalog {
  override async find(): Promise<string> {
    return 'new';
  }
}

@Module({ schemas: [OldCatalog] })
class OldModule {}

@Module({ schemas: [NewCatalog] })
class NewModule {}

@Injectable()
class Reader {
  constructor(
    @Remote(Catalog, { service: 'catalog' }) readonly catalog: Client<Catalog>,
    readonly rest: RestClient,
  ) {}
}

@Module({ providers: [Reader] })
class ReaderModule {}

const running: Application[] = [];
afterEach(async () => {
  for (const application of running.splice(0)) await application.stop();
});

type Values = Readonly<Record<string, unknown>>;

/** A reader and two versions of a catalog that it calls over sockets. */
async function reader(values: Values, type = 'memory'): Promise<{ reader: Reader; application: Application }> {
  const registry = memoryRegistry();
  const start = async (name: string, modules: readonly [typeof OldModule], own: Values): Promise<Application> => {
    const plugins: Plugin[] = [rest(), governance(), memory({ registry }), serviceCenter(registry)];
    const application = createApplication({
      ...{ name, modules, plugins, logger: silentLogger, signals: false },
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        values: {
          'servicecomb.registry.type': type,
          'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
          'servicecomb.lifecycle.drainDelay': 0,
          ...own,
        },
      },
    });
    await application.start();
    running.push(application);
    return application;
  };
  await start('catalog', [OldModule], { 'servicecomb.service.version': '1.0.0' });
  await start('catalog', [NewModule], { 'servicecomb.service.version': '2.0.0' });
  const application = await start('reader', [ReaderModule], values);
  return { application, reader: application.get(Reader) };
}

/** The registry of tests under the name of service-center. */
function serviceCenter(registry: MemoryRegistry): Plugin {
  return {
    name: 'servicecenter',
    install(host) {
      host.registrar('servicecenter', () => registry.registrar());
      host.discovery('servicecenter', (context) => registry.discovery(context));
      host.contractStore('servicecenter', () => registry.contractStore());
    },
  };
}

const RULES = 'servicecomb.routeRule.catalog';
const NEW = { weight: 100, tags: { version: '2.0.0' } };
const OLD = { weight: 100, tags: { version: '1.0.0' } };

it('routes over HTTP by path, query and header, also of arguments and of fetched requests', async () => {
  const { reader: given } = await reader({
    [RULES]: [
      { precedence: 3, match: { apiPath: { exact: '/books/a b' } }, route: [NEW] },
      { precedence: 2, match: { headers: { 'X-Tier': 'gold' } }, route: [NEW] },
      { precedence: 1, match: { queries: { beta: 'yes' } }, route: [NEW] },
      { route: [OLD] },
    ],
  });
  const { catalog } = given;
  expect([await catalog.find('1'), await catalog.find('a b'), await catalog.find('1', 'gold')]).toEqual([
    'old',
    'new',
    'new',
  ]);
  const fetched = async (url: string) => (await given.rest.fetch(url)).json();
  expect(await fetched('http://catalog/books/1')).toBe('old');
  expect(await fetched('http://catalog/books/1?beta=yes')).toBe('new');
});

it('shares calls over HTTP by weight, and follows a changed rule without losing a call', async () => {
  const shares = (weight: number) =>
    `- route:\n  - {weight: ${weight}, tags: {version: 2.0.0}}\n  - {weight: ${100 - weight}, tags: {version: 1.0.0}}`;
  const { reader: given, application } = await reader({ [RULES]: shares(10) });
  const newOnes = async (calls: number): Promise<number> => {
    const answers = await Promise.all(Array.from({ length: calls }, () => given.catalog.find('1')));
    return answers.filter((answer) => answer === 'new').length;
  };
  expect(await newOnes(50)).toBe(5);
  const under = newOnes(40);
  application.config.set(RULES, shares(50));
  await under;
  expect(await newOnes(40)).toBe(20);
});

it('without a rule takes the latest version with service-center, as go-chassis does, and all versions else', async () => {
  const answers = async (type: string, values: Values = {}): Promise<readonly string[]> => {
    const { reader: given } = await reader(values, type);
    const all = await Promise.all(Array.from({ length: 8 }, () => given.catalog.find('1')));
    return [...new Set(all)].sort();
  };
  expect(await answers('servicecenter')).toEqual(['new']);
  expect(await answers('servicecenter', { 'servicecomb.router.latest': 'never' })).toEqual(['new', 'old']);
  expect(await answers('memory')).toEqual(['new', 'old']);
});
