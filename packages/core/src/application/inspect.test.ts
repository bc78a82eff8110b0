import { afterEach, describe, expect, it } from 'vitest';
import { Handler } from '../chain/decorators.js';
import type { Client } from '../consumer/client.js';
import { Remote } from '../consumer/remote.js';
import { Injectable } from '../container/injectable.js';
import { Module } from '../container/module.js';
import type { Next } from '../invocation/next.js';
import { Arg } from '../schema/arg.js';
import { defineSchema } from '../schema/define-schema.js';
import { jsonSpec } from '../schema/json-spec.js';
import { remote } from '../schema/remote.js';
import { Returns } from '../schema/returns.js';
import { Schema } from '../schema/schema.js';
import { silentLogger } from '../telemetry/logger.js';
import { createApplication, type Application } from './application.js';
import type { ApplicationOptions } from './options.js';
import type { Plugin } from './plugin.js';

@Schema({ id: 'catalog' })
class Catalog {
  @Returns(String)
  find(@Arg('isbn') _isbn: string): Promise<string> {
    return remote();
  }
}

@Handler('audit', { side: 'provider', everywhere: true })
class AuditHandler {}

@Injectable()
class Orders {
  constructor(@Remote(Catalog) readonly catalog: Client<Catalog>) {}
}

@Module({ providers: [Orders], handlers: [AuditHandler as never] })
class OrdersModule {}

/** A protocol that can be planned and is never opened. */
const talk: Plugin = {
  name: 'talk',
  install(host) {
    const refused = (): never => {
      throw new Error('opened');
    };
    host.serverTransport('talk', () => ({ protocol: 'talk', listen: refused }));
    host.clientTransport('talk', () => ({
      ...{ protocol: 'talk', send: refused, release: () => undefined },
      close: () => Promise.resolve(),
    }));
    host.schema(() =>
      defineSchema({
        id: 'orders',
        operations: {
          list: {
            http: { method: 'GET', path: '/orders' },
            returns: jsonSpec({ type: 'object' }),
            run: () => ({}),
          },
        },
      }),
    );
  },
};

let app: Application;

async function prepared(
  values: Readonly<Record<string, unknown>> = {},
  configuration: ApplicationOptions['configuration'] = {},
  plugins: readonly Plugin[] = [],
): Promise<Application> {
  app = createApplication({
    modules: [OrdersModule],
    plugins: [talk, ...plugins],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      ...configuration,
      values: { 'servicecomb.protocols.talk.listenAddress': '127.0.0.1:7001', ...values },
    },
    logger: silentLogger,
  });
  await app.prepare();
  return app;
}

afterEach(() => app.stop());

describe('inspect', () => {
  it('tells routes by listener, and which are the framework’s own', async () => {
    const { routes, listeners } = (await prepared()).inspect();
    expect(listeners).toEqual([
      { name: 'talk', protocol: 'talk', listen: { host: '127.0.0.1', port: 7001 }, trust: 'none' },
    ]);
    expect(routes[0]).toEqual({
      ...{ listener: 'talk', operation: 'orders.list', method: 'GET', path: '/orders', own: false },
    });
    expect(routes.find(({ path }) => path === '/openapi.json')).toMatchObject({ own: true });
  });

  it('tells of every chain which links it has and why', async () => {
    const { chains } = (await prepared()).inspect();
    expect(chains.find(({ operation }) => operation === 'orders.list')).toEqual({
      ...{ side: 'provider', service: 'application', operation: 'orders.list', listener: 'talk' },
      links: [
        { name: 'audit', reason: 'everywhere', owner: 'AuditHandler' },
        { name: 'bind', reason: 'always' },
        { name: 'call', reason: 'always' },
      ],
    });
    expect(chains.find(({ operation }) => operation === 'catalog.find')).toEqual({
      ...{ side: 'consumer', service: 'catalog', operation: 'catalog.find' },
      links: [
        { name: 'loadbalance', reason: 'installed', owner: 'core' },
        { name: 'send', reason: 'always' },
      ],
    });
  });

  it('marks links that planned themselves away', async () => {
    const idle: Plugin = {
      name: 'idle',
      install(host) {
        const busy = {
          plan:
            (_context: unknown, next: Next): Next =>
            (invocation) =>
              next(invocation),
        };
        const everywhere = { side: 'provider', everywhere: true } as const;
        host.handler({ name: 'idle', ...everywhere, make: () => ({ plan: (_context, next) => next }) });
        host.handler({ name: 'busy', ...everywhere, make: () => busy });
      },
    };
    const { chains } = (await prepared({}, {}, [idle])).inspect();
    const links = chains.find(({ operation }) => operation === 'orders.list')?.links ?? [];
    expect(links.filter((link) => link.idle).map(({ name }) => name)).toEqual(['idle']);
  });

  it('names the key of a configured chain', async () => {
    const key = 'servicecomb.handler.chain.Consumer.default';
    const { chains } = (await prepared({ [key]: 'loadbalance' })).inspect();
    expect(chains.find(({ side }) => side === 'consumer')?.links[0]).toMatchObject({
      name: 'loadbalance',
      reason: key,
    });
  });

  it('tells the value in force of every key with its source, defaults too, and no secrets', async () => {
    const environment = { HOME: '/root', SERVICECOMB_LOG_LEVEL: 'error', shop_discount: '7' };
    const values = { 'servicecomb.service.version': '2.0.0', 'shop.password': 'hunter2', 'shop.discount': 5 };
    const { configuration } = (await prepared(values, { environment })).inspect();
    const entry = (key: string) => configuration.find((one) => one.key === key);
    expect(entry('servicecomb.service.version')).toMatchObject({ value: '2.0.0', source: 'memory' });
    expect(entry('servicecomb.log.level')).toEqual({
      ...{ key: 'servicecomb.log.level', value: 'error', source: 'environment' },
      place: 'variable SERVICECOMB_LOG_LEVEL',
    });
    expect(entry('servicecomb.lifecycle.drainDelay')).toMatchObject({ value: 500, source: 'default', place: '' });
    expect(entry('shop.password')?.value).toBe('[redacted]');
    expect(entry('HOME')).toBeUndefined();
    expect(configuration.map(({ key }) => key)).toEqual(configuration.map(({ key }) => key).sort());
  });

  it('tells of a variable that takes the place of what another source says, declared or not', async () => {
    const low = {
      ...{ name: 'low', priority: 9 },
      load: () => Promise.resolve({ values: { 'shop.discount': 5 }, place: () => 'low:1' }),
    };
    const environment = { shop_discount: '7', shop_other: '8' };
    const { configuration } = (await prepared({}, { environment, sources: [low] })).inspect();
    expect(configuration.filter(({ key }) => key.startsWith('shop'))).toEqual([
      { key: 'shop.discount', value: '7', source: 'environment', place: 'variable shop_discount' },
    ]);
  });

  it('is refused before there is something', () => {
    app = createApplication({});
    expect(() => app.inspect()).toThrow('after start() or prepare()');
    expect(() => app.document()).toThrow('after start() or prepare()');
  });
});

describe('prepare', () => {
  it('shares the outcome of a start that is under way, rather than running beside it', async () => {
    app = createApplication({
      plugins: [talk],
      configuration: { directory: false, values: { 'servicecomb.protocols.talk.listenAddress': ':0' } },
      logger: silentLogger,
      signals: false,
    });
    const started = app.start();
    await expect(app.prepare()).rejects.toThrow('opened');
    await expect(started).rejects.toThrow('opened');
  });
});

describe('document', () => {
  it('is the OpenAPI document of the users’ operations, of one listener when it is named', async () => {
    const app = await prepared();
    expect(app.document()).toMatchObject({ openapi: '3.1.0', info: { title: 'application' } });
    expect(Object.keys(app.document({ version: '2', listener: 'talk' })['paths'] as object)).toEqual(['/orders']);
    expect(app.document({ version: '2' })).toMatchObject({ swagger: '2.0' });
  });

  it('is refused for a listener that is not configured', async () => {
    const app = await prepared();
    expect(() => app.document({ listener: 'tall' })).toThrow(
      'listener "tall" is not configured (servicecomb.protocols.tall); configured: talk; did you mean "talk"?',
    );
  });
});
