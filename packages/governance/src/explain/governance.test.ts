import { Implements, Injectable, Module, remote, Returns, Schema } from '@ts-chassis/core';
import { Get, Param } from '@ts-chassis/rest';
import { TestApplication } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { FaultInjection } from '../fault/decorator.js';
import { governance } from '../plugin.js';
import { Shed } from '../shedding/decorator.js';
import type { ExplainedPolicy, GovernanceExplanation } from './explanation.js';
import type { GovernanceCall } from './governance-call.js';
import { Governance } from './governance.js';
import { shown } from './shown.js';

@Schema({ id: 'catalog' })
class Catalog {
  @Get('/books/:isbn')
  @Returns(String)
  find(@Param('isbn') isbn: string): Promise<string> {
    return remote();
  }
}

@Implements(Catalog)
class CatalogService extends Catalog {
  @Shed({ priority: 20 })
  override find(isbn: string): Promise<string> {
    return Promise.resolve(isbn);
  }
}

@Injectable()
class Prices {
  @FaultInjection({ delay: { percent: 0, fixedDelayMs: 50 } })
  async of(isbn: string): Promise<number> {
    return Promise.resolve(isbn.length);
  }
}

@Module({ schemas: [CatalogService], providers: [Prices] })
class Shop {}

const running: TestApplication[] = [];

afterEach(async () => {
  for (const app of running.splice(0)) await app.stop();
});

async function explaining(
  values: Record<string, unknown>,
): Promise<(call: GovernanceCall) => Promise<GovernanceExplanation>> {
  const t = await TestApplication.create({
    modules: [Shop],
    plugins: [governance()],
    configuration: { values },
  });
  running.push(t);
  return async (call) => {
    const explanation = await t.get(Governance).explain(call);
    // plain data: nothing is lost on the way to an admin page
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
    return explanation;
  };
}

const policy = ({ policies }: GovernanceExplanation, kind: string): ExplainedPolicy | undefined =>
  policies.find((one) => one.kind === kind);

const incoming: GovernanceCall = { side: 'provider', contract: Catalog, operation: 'find' };

describe('what governs a call', () => {
  const matching = {
    'servicecomb.match.gold': 'order: 5\nmatches:\n- headers: {x-level: {exact: gold}}',
    'servicecomb.match.books': 'matches:\n- apiPath: {prefix: /books}',
    'servicecomb.match.posts': 'matches:\n- method: [POST]',
  };

  it('tells every rule that describes it, and the one that wins', async () => {
    const explain = await explaining(matching);
    const plain = await explain({ ...incoming, path: '/books/1' });
    expect(plain.mark).toBe('books');
    expect(plain.matches).toEqual([
      expect.objectContaining({ rule: 'books', key: 'servicecomb.match.books', order: 0, wins: true }),
    ]);
    const gold = await explain({ ...incoming, path: '/books/1', headers: { 'X-Level': 'gold' } });
    expect(gold.mark).toBe('gold');
    expect(gold.matches.map(({ rule, wins }) => [rule, wins])).toEqual([
      ['gold', true],
      ['books', false],
    ]);
    const other = await explain({ ...incoming, path: '/authors', method: 'get' });
    expect([other.mark, other.matches]).toEqual([undefined, []]);
    const posted = await explain({ ...incoming, path: '/authors', method: 'post' });
    expect(posted.mark).toBe('posts');
  });

  it('tells policies with value, origin, key and place, the narrowest first', async () => {
    const root = 'servicecomb.governance.shedding';
    const explain = await explaining({ [`${root}.maxConcurrent`]: 77, [`${root}.priority`]: 60 });
    const shed = policy(await explain(incoming), 'shedding')!;
    expect(shed.handler).toBe('shedding');
    const field = (name: string): unknown => shed.fields.find((one) => one.field === name);
    expect(field('priority')).toEqual({ field: 'priority', value: 20, origin: 'method decorator' });
    expect(field('maxConcurrent')).toMatchObject({
      ...{ value: 77, origin: 'global configuration', key: `${root}.maxConcurrent` },
      place: expect.stringMatching(/./) as string,
    });
    expect(field('tolerance')).toEqual({ field: 'tolerance', value: 1.5, origin: 'built-in' });
  });

  it('tells what the mark changes', async () => {
    const explain = await explaining({
      ...matching,
      'servicecomb.governance.faultInjection.abort': { percent: 1, httpStatus: 500 },
      'servicecomb.faultInjection.books': 'abort: {percent: 5, httpStatus: 503}',
    });
    const fault = policy(await explain({ ...incoming, path: '/books/1' }), 'faultInjection')!;
    expect(fault.fields.filter(({ field }) => field === 'abort')).toEqual([
      expect.objectContaining({
        ...{ value: { percent: 5, httpStatus: 503 }, origin: 'mark', key: 'servicecomb.faultInjection.books' },
      }),
    ]);
    const other = policy(await explain({ ...incoming, path: '/authors' }), 'faultInjection')!;
    expect(other.fields.find(({ field }) => field === 'abort')).toMatchObject({
      value: { percent: 1, httpStatus: 500 },
      origin: 'global configuration',
    });
  });

  it('tells where a call goes, without taking a turn', async () => {
    const rules = [
      '- precedence: 2',
      '  match: {headers: {x-user: {exact: ann}}}',
      '  route: [{weight: 100, tags: {version: "2.0"}}]',
      '- precedence: 1',
      '  route: [{weight: 80, tags: {version: "1.0"}}]',
    ];
    const explain = await explaining({ 'servicecomb.routeRule.stock': rules.join('\n') });
    const call: GovernanceCall = { side: 'consumer', service: 'stock', contract: Catalog, operation: 'find' };
    const ann = await explain({ ...call, headers: { 'X-User': 'ann' } });
    expect(ann.route).toMatchObject({ source: 'cse', precedence: 2, chosen: { version: '2.0' }, fallback: [] });
    const { route } = await explain(call);
    expect(route).toMatchObject({
      precedence: 1,
      subsets: [
        { weight: 80, tags: { version: '1.0' } },
        { weight: 20, tags: { version: 'latest' } },
      ],
    });
    expect(route).not.toHaveProperty('chosen');
    expect((await explain({ ...call, service: 'nobody' })).route).toEqual({
      ...{ source: 'cse', subsets: [{ weight: 100, tags: {} }], fallback: [] },
    });
  });

  it('tells of methods of any injectable, and of schemas by name', async () => {
    const explain = await explaining({});
    const own = await explain({ side: 'method', contract: Prices, operation: 'of' });
    expect(own).toMatchObject({ service: 'local', schema: 'Prices', operation: 'Prices.of', matches: [] });
    expect(policy(own, 'faultInjection')?.fields).toContainEqual({
      ...{ field: 'delay', value: { percent: 0, fixedDelayMs: 50 }, origin: 'method decorator' },
    });
    expect(await explain({ side: 'provider', schema: 'catalog', operation: 'find' })).toMatchObject({
      operation: 'catalog.find',
    });
  });

  it.each([
    [{ side: 'provider', contract: Catalog, operation: 'lose' }, /no operation "lose"; it has find/],
    [{ side: 'provider', schema: 'attic', operation: 'find' }, /no contract "attic"/],
    [{ side: 'consumer', operation: 'find' }, /`contract` or `schema`/],
    [{ side: 'method', operation: 'of' }, /with its class/],
  ] as [GovernanceCall, RegExp][])('says what it does not know: %o', async (call, message) => {
    const explain = await explaining({});
    await expect(explain(call)).rejects.toThrow(message);
  });
});

describe('values as they are shown', () => {
  it('are plain data', () => {
    const ring: Record<string, unknown> = {};
    ring['ring'] = ring;
    const seen = shown({
      ...{ run: function stand() {}, arrow: [() => 1], big: 5n, none: undefined, nothing: null, end: Infinity },
      ...{ map: new Map([['a', 1]]), set: new Set([1]), pattern: /x/u },
    });
    expect(seen).toEqual({
      ...{ run: 'function stand', arrow: ['function (anonymous)'], big: '5', nothing: null, end: 'Infinity' },
      ...{ map: { a: 1 }, set: [1], pattern: '/x/u' },
    });
    expect(JSON.stringify(shown(ring))).toContain('...');
  });
});
