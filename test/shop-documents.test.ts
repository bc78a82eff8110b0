import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from './fixtures/service.js';

interface OpenApi {
  readonly openapi?: string;
  readonly swagger?: string;
  readonly paths: Record<string, Record<string, { responses?: Record<string, Answer> }>>;
}

interface Answer {
  readonly schema?: object;
  readonly content?: Record<string, { schema?: object }>;
}

let playground: Playground;
const addresses: Record<string, string> = {};

beforeAll(async () => {
  playground = await Playground.create();
  const [catalog, orders] = [playground.service('catalog'), playground.service('orders')];
  addresses['catalog'] = await catalog.ready();
  addresses['orders'] = await orders.ready();
});

afterAll(() => playground.close());

describe.each(['catalog', 'orders'])('the documents of %s', (service) => {
  it.each([
    ['/apidocs.json', '2.0'],
    ['/openapi.json', '3.1'],
  ])('%s is valid OpenAPI %s, and every success has a schema', async (path, version) => {
    const response = await fetch(`${addresses[service]}${path}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    const document = (await response.json()) as OpenApi;
    expect(document.swagger ?? document.openapi).toMatch(new RegExp(`^${version.replace('.', '\\.')}`));
    // a copy: the validator writes into what it is given
    const result = await new Validator().validate(structuredClone(document) as never);
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    const successes = successesOf(document);
    expect(successes.length).toBeGreaterThanOrEqual(3);
    for (const { where, schemas } of successes) {
      expect(schemas.length, where).toBeGreaterThan(0);
      for (const schema of schemas) expect(Object.keys(schema ?? {}).length, where).toBeGreaterThan(0);
    }
  });
});

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

function successesOf({ paths }: OpenApi): { where: string; schemas: (object | undefined)[] }[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => METHODS.has(method))
      .flatMap(([method, { responses = {} }]) => {
        const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'));
        if (successes.length === 0) throw new Error(`${method} ${path} documents no success`);
        return successes.map(([status, answer]) => ({
          where: `${method} ${path} ${status}`,
          schemas: answer.content ? Object.values(answer.content).map(({ schema }) => schema) : [answer.schema],
        }));
      }),
  );
}
