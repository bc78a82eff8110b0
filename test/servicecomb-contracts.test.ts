import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApplication, Invoker, Module, Returns, Schema, silentLogger, type Application } from '@ts-chassis/core';
import { Get, Param, Query, rest } from '@ts-chassis/rest';
import { serviceCenter } from '@ts-chassis/servicecomb';
import { startDevRegistry, type DevRegistry } from '@ts-chassis/servicecomb/dev-registry';
import { afterEach, beforeEach, expect, it } from 'vitest';

@Schema({ id: 'catalog', path: '/catalog' })
class Catalog {
  @Get('/books/:isbn')
  @Returns(String)
  find(@Param('isbn') isbn: string, @Query('lang') lang: string): string {
    return `${isbn} in ${lang}`;
  }
}

@Module({ schemas: [Catalog] })
class Serves {}

const yaml = `# by hand
swagger: "2.0"
info: { title: catalog, version: 1.0.0 }
paths:
  /catalog/books/{number}:
    get:
      operationId: byHand
      parameters:
        - { name: number, in: path, required: true, type: string }
        - { name: lang, in: query, required: true, type: string }
      responses: { "200": { description: found, schema: { type: string } } }
`;

const stops: (() => unknown)[] = [];
let registry: DevRegistry;

beforeEach(async () => {
  registry = await startDevRegistry({ port: 0 });
  stops.push(() => registry.close());
});

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(name: string, values: Readonly<Record<string, unknown>> = {}, directory: string | false = false) {
  const app: Application = createApplication({
    ...{ name, logger: silentLogger, signals: false, modules: name === 'consumer' ? [] : [Serves] },
    plugins: [rest(), serviceCenter()],
    configuration: {
      ...{ directory, environment: false, commandLine: false },
      values: {
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.registry.address': registry.url,
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
  await app.start();
  stops.push(() => app.stop());
  return app;
}

/** The contracts of a service as anyone reads them. */
async function stored(service: string): Promise<Readonly<Record<string, string>>> {
  const root = `${registry.url}/v4/default/registry`;
  const get = async (path: string): Promise<never> => (await fetch(`${root}/${path}`)).json() as Promise<never>;
  const { serviceId } = (await get(
    `existence?type=microservice&appId=default&serviceName=${service}&version=0.0.1`,
  )) as Readonly<Record<string, string>>;
  const { schemas = [] } = (await get(`microservices/${serviceId}/schemas?withSchema=1`)) as {
    schemas?: readonly { readonly schemaId: string; readonly schema: string }[];
  };
  return Object.fromEntries(schemas.map(({ schemaId, schema }) => [schemaId, schema]));
}

function folderOf(service: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'contracts-'));
  stops.push(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, service, 'schema'), { recursive: true });
  writeFileSync(join(folder, service, 'schema', 'catalog.yaml'), yaml);
  writeFileSync(join(folder, service, 'schema', 'more.yml'), yaml);
  return folder;
}

it('calls another service by the contract that it stored', async () => {
  await start('provider');
  const invoker = (await start('consumer')).get(Invoker);
  expect(await invoker.invoke('provider', 'catalog', 'find', { isbn: '42', lang: 'en' })).toBe('42 in en');
  await expect(invoker.invoke('provider', 'nothing', 'find', {})).rejects.toMatchObject({ code: 'NO_CONTRACT' });
});

it('stores and calls by contracts that are written by hand, and leaves their files as they are', async () => {
  const folder = folderOf('provider');
  await start('provider', { 'servicecomb.noRefreshSchema': true }, folder);
  expect(await stored('provider')).toEqual({ catalog: yaml, more: yaml });
  const invoker = (await start('consumer')).get(Invoker);
  expect(await invoker.invoke('provider', 'catalog', 'byHand', { number: '42', lang: 'en' })).toBe('42 in en');
  expect(readFileSync(join(folder, 'provider', 'schema', 'catalog.yaml'), 'utf8')).toBe(yaml);
});

it('stores none when it is told so', async () => {
  await start('provider', { 'servicecomb.registry.uploadSchema': false }, folderOf('provider'));
  expect(await stored('provider')).toEqual({});
});

it('stores none of those that are made where none are to be made', async () => {
  await start('provider', { 'servicecomb.noRefreshSchema': true });
  // not even named: Java consumers ask for each that is
  expect(await stored('provider')).toStrictEqual({});
});
