import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChassisError } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { refusal } from '../service-center/failure.js';
import { storeOf } from './contracts.fixture.js';

const folders: string[] = [];

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'contracts-'));
  folders.push(folder);
  mkdirSync(join(folder, 'test', 'schema'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'test', 'schema', name), text);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const unreachable = (): Error =>
  new ChassisError('UNAVAILABLE', 'nobody answers', { code: 'REGISTRY_UNAVAILABLE', retryAfterMs: 1000 });
const refused = (errorCode: string) => (): Error => refusal('storing', { errorCode, errorMessage: 'x'.repeat(500) });
const documents = (count: number): Map<string, string> =>
  new Map(Array.from({ length: count }, (_, index) => [`s${index}`, `{"info":{"title":"s${index}"}}`]));

describe('storing contracts', () => {
  it('puts each one once, and again only when it differs', async () => {
    const { store, center, identity } = storeOf();
    await store.publish(identity, documents(2));
    expect(center.puts).toEqual(['own s0', 'own s1']);
    await store.publish(identity, documents(2));
    await store.put(identity, 's0', documents(1).get('s0')!);
    expect(center.puts).toHaveLength(2);
    await store.put(identity, 's0', '{}');
    expect(center.puts).toEqual(['own s0', 'own s1', 'own s0']);
    expect(center.texts.get('own')!.get('s0')).toBe('{}');
  });

  it('compares the text where the registry lists no summaries', async () => {
    const { store, center, identity } = storeOf();
    center.listsSummaries = false;
    await store.publish(identity, documents(1));
    await store.publish(identity, documents(1));
    expect(center.puts).toEqual(['own s0']);
    expect(center.calls).toContain('get own s0');
  });

  it('goes on without what the registry refuses or is too long, and says each once, cut', async () => {
    const { store, center, identity, logger } = storeOf({ maxBytes: 40 });
    await store.publish(identity, new Map([...documents(1), ['long', 'ä'.repeat(21)], ['s9', '{}']]));
    await store.publish(identity, new Map([...documents(1), ['long', 'ä'.repeat(21)]]));
    expect(center.puts).toEqual(['own s0', 'own s9']);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]!.fields!['reason']).toContain('has 42 bytes, servicecomb.contracts.maxBytes allows 40');
    center.fails.set('put', refused('400015'));
    await store.publish(identity, new Map([['s0', '{"b":1}']]));
    expect(logger.lines[1]!.message).toBe('a contract is not stored: calls by name go by the one that is there');
    expect(logger.lines[1]!.fields).toMatchObject({ schema: 's0', hint: expect.stringContaining('new version') });
    expect((logger.lines[1]!.fields!['reason'] as string).length).toBeLessThan(210);
  });

  it('asks the registry nothing by an id that it does not take', async () => {
    const { store, center, identity, logger } = storeOf();
    await store.publish(identity, new Map([['odd/ä', '{}'], ...documents(1)]));
    expect(center.puts).toEqual(['own s0']);
    expect(logger.lines[0]!.fields!['reason']).toContain('the id "odd/ä" is none that service-center takes');
    expect(await store.get(identity, 'odd/ä')).toBeUndefined();
  });

  it.each(['403001', '403205'])('says once that the registry takes none (%s)', async (code) => {
    const { store, center, identity, logger } = storeOf();
    center.fails.set('put', refused(code));
    await store.publish(identity, documents(3));
    await store.publish(identity, documents(3));
    expect(center.puts).toEqual(['own s0', 'own s0']);
    expect(logger.lines.map(({ message }) => message)).toEqual([
      'the registry takes no contracts: calls by name will not find them',
    ]);
  });

  it('tries again until the registry is back, with pauses, and says so twice', async () => {
    const { store, center, identity, logger, clock } = storeOf();
    center.fails.set('list', unreachable);
    await store.publish(identity, documents(1));
    await clock.advance(60_000);
    const tries = center.calls.length;
    expect(tries).toBeGreaterThan(4);
    expect(tries).toBeLessThan(9);
    center.fails.clear();
    await clock.advance(60_000);
    expect(center.puts).toEqual(['own s0']);
    await clock.advance(600_000);
    expect(center.puts).toHaveLength(1);
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
    await store.close();
  });

  it('stores them again when the service was made anew, and not after it was closed', async () => {
    const { store, center, identity, session } = storeOf();
    await session.remade('own');
    expect(center.calls).toEqual([]);
    await store.publish(identity, documents(2));
    center.add('new', {});
    await session.remade('new');
    expect(center.puts.slice(2)).toEqual(['new s0', 'new s1']);
    center.fails.set('list', unreachable);
    await session.remade('new');
    await store.close();
    center.fails.clear();
    center.add('other', {});
    await session.remade('other');
    expect(center.puts).toHaveLength(4);
    expect(session.closed).toBe(1);
  });

  it('is not kept from the rest, nor keeps the instance waiting, by one that the registry fails at', async () => {
    const { store, center, identity, session, clock } = storeOf();
    const put = center.putSchema.bind(center);
    center.putSchema = async (serviceId, schema) => {
      if (schema.schemaId === 's0') throw unreachable();
      return put(serviceId, schema);
    };
    await store.publish(identity, documents(3));
    await session.remade('own');
    expect(center.puts).toEqual(['own s1', 'own s2']);
    center.putSchema = put;
    await clock.advance(5000);
    expect(center.puts).toEqual(['own s1', 'own s2', 'own s0']);
    await store.close();
  });

  it('forgets a service that is gone, so that it is made anew', async () => {
    const { store, center, identity, session, clock } = storeOf();
    center.texts.delete('own');
    await store.publish(identity, documents(1));
    expect(session.forgotten).toEqual(['own']);
    center.add('own', {});
    await clock.advance(2000);
    expect(center.puts).toEqual(['own s0']);
    await store.close();
  });

  it('puts those of other services beside them, when the registry has them', async () => {
    const { store, center, identity } = storeOf();
    center.add('c1', { version: '1.0.0' });
    await store.put({ ...identity, service: 'catalog' }, 'catalog', '{}');
    expect(center.puts).toEqual(['c1 catalog']);
    await expect(store.put({ ...identity, service: 'nobody' }, 'catalog', '{}')).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
      message: expect.stringContaining('default:nobody 1.0.0'),
    });
  });
});

describe('contracts written by hand', () => {
  it('stand before those that are made, others beside them, as they are written', async () => {
    const yaml = 'swagger: "2.0" # by hand\n';
    const directory = folderWith({ 's0.yaml': yaml, 'more.yml': 'a: 1\n', 'notes.txt': 'no', '.x.yaml': 'no' });
    const { store, center, identity, session } = storeOf({}, directory);
    expect([...(await session.ids[0]!())].sort()).toEqual(['more', 's0']);
    await store.publish(identity, documents(2));
    expect(Object.fromEntries(center.texts.get('own')!)).toEqual({ s0: yaml, s1: expect.any(String), more: 'a: 1\n' });
    expect(readdirSync(join(directory, 'test', 'schema')).sort()).toEqual([
      '.x.yaml',
      'more.yml',
      'notes.txt',
      's0.yaml',
    ]);
  });

  it('of names that service-center does not take keep no service from being made, and are told of', async () => {
    const directory = folderWith({ 'bü cher.yaml': 'a: 1\n', 'good.yaml': 'b: 1\n' });
    const { store, center, identity, session, logger } = storeOf({}, directory);
    expect(await session.ids[0]!()).toEqual(['good']);
    await store.publish(identity, new Map());
    expect(center.puts).toEqual(['own good']);
    expect(logger.lines.map(({ fields }) => fields?.['schema'])).toEqual(['bü cher']);
  });

  it('are all there is where none are made, and those of SCHEMA_ROOT come first', async () => {
    const directory = folderWith({ 'a.yaml': 'of: conf\n', 'b.yaml': 'of: conf\n' });
    const { store, center, identity } = storeOf({ schemaRoot: folderWith({ 'a.yaml': 'of: root\n' }) }, directory);
    await store.publish(identity, new Map());
    expect(Object.fromEntries(center.texts.get('own')!)).toEqual({ a: 'of: root\n', b: 'of: conf\n' });
  });
});

describe('the interfaces of Java', () => {
  it('are named by the package, unless the schema names its own', async () => {
    const { store, center, identity } = storeOf({ javaPackage: 'com.example' });
    const own = '{"info":{"x-java-interface":"a.B"}}';
    await store.publish(identity, new Map([...documents(1), ['own', own], ['cat-log.v1', '{"info":{}}']]));
    const [made, kept, odd] = [...center.texts.get('own')!.values()].map((text) => JSON.parse(text) as unknown);
    expect(made).toEqual({ info: { title: 's0', 'x-java-interface': 'com.example.s0' } });
    expect(kept).toEqual(JSON.parse(own));
    expect(odd).toEqual({ info: { 'x-java-interface': 'com.example.cat_log_v1' } });
  });
});

describe('reading contracts', () => {
  const query = { environment: '', app: 'default', service: 'catalog' };
  const instanceOf = (serviceId: string, version: string) => ({
    ...{ instanceId: version, serviceId, version, endpoints: [], hostName: 'h' },
  });

  it('reads the newest version that has instances and the contract, without a record or dependency of its own', async () => {
    const { store, center } = storeOf();
    for (const version of ['1.9.0', '1.10.0', '2.0.0']) {
      center.add(version, { version });
      center.texts.get(version)!.set('catalog', version);
    }
    center.texts.get('1.9.0')!.set('old', 'old');
    center.instances.push(instanceOf('1.9.0', '1.9.0'), instanceOf('1.10.0', '1.10.0'));
    expect(await store.get(query, 'catalog')).toBe('1.10.0');
    expect(await store.get(query, 'old')).toBe('old');
    expect(await store.get(query, 'none')).toBeUndefined();
    expect(await store.list(query)).toEqual(['catalog', 'old']);
    expect(center.calls.filter((call) => call.startsWith('find'))).toEqual(['find by nobody']);
  });

  it('reads those of a service without instances, of its own application and environment only', async () => {
    const { store, center } = storeOf();
    center.add('other', { appId: 'shop', version: '9' });
    center.add('elsewhere', { environment: 'testing', version: '9' });
    center.add('c1', {});
    for (const id of ['other', 'elsewhere', 'c1']) center.texts.get(id)!.set('catalog', id);
    expect(await store.get(query, 'catalog')).toBe('c1');
    expect(await store.get({ ...query, service: 'nobody' }, 'catalog')).toBeUndefined();
    expect(await store.list({ ...query, service: 'nobody' })).toEqual([]);
  });

  it('asks again after a while, and when what it knew is gone', async () => {
    const { store, center, clock } = storeOf();
    center.add('c1', {});
    center.instances.push(instanceOf('c1', '1.0.0'));
    center.texts.get('c1')!.set('catalog', 'one');
    expect(await store.get(query, 'catalog')).toBe('one');
    center.add('c2', { version: '2.0.0' });
    center.instances.push(instanceOf('c2', '2.0.0'));
    center.texts.get('c2')!.set('catalog', 'two');
    expect(await store.get(query, 'catalog')).toBe('one');
    await clock.advance(10_000);
    expect(await store.get(query, 'catalog')).toBe('two');
    center.texts.delete('c2');
    center.records.splice(-1);
    expect(await store.get(query, 'catalog')).toBe('one');
  });

  it('passes on that the registry cannot be had, and asks anew the next time', async () => {
    const { store, center } = storeOf();
    center.add('c1', {});
    center.texts.get('c1')!.set('catalog', 'one');
    center.fails.set('find', unreachable);
    await expect(store.get(query, 'catalog')).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    center.fails.clear();
    expect(await store.get(query, 'catalog')).toBe('one');
  });
});
