import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/index.js';
import type { ConfigChange } from './config.js';
import { createConfig } from './create-config.js';
import { CORE_SECTIONS } from './sections/core-sections.js';
import { ProtocolSection } from './sections/protocols.js';
import { RegistrySection } from './sections/registry.js';
import { ServiceSection } from './sections/service.js';
import { defineSection } from './section.js';
import type { ConfigSource } from './source.js';
import { Desk, Given, Lines, made, Shop } from './store.fixture.js';

describe('reading', () => {
  it('gives values, fallbacks and whole maps', async () => {
    const { store } = await made({ shop: { discount: 5 }, own: { 'a.b': 1, list: [1] } });
    expect(store.get('shop.discount', 0)).toBe(5);
    expect(store.get('shop.absent', 'x')).toBe('x');
    expect(store.raw('own')).toEqual({ a: { b: 1 }, list: [1] });
    expect(store.raw('own.a.b')).toBe(1);
    expect(store.raw('own.a.c')).toBeUndefined();
    expect(store.origin('shop.discount')).toEqual({ source: 'files', place: 'files:shop.discount' });
    expect(store.origin('own.a.b')).toEqual({ source: 'files', place: 'files:own.a.b' });
    expect(store.origin('absent')).toBeUndefined();
  });

  it('turns text into the type of the fallback and warns once of what does not fit', async () => {
    const { store, lines } = await made({ own: { count: '7', flag: 'true', names: 'a,b', version: 2, bad: 'x' } });
    expect(store.get('own.count', 0)).toBe(7);
    expect(store.get('own.flag', false)).toBe(true);
    expect(store.get<string[]>('own.names', [])).toEqual(['a', 'b']);
    expect(store.get('own.version', '')).toBe('2');
    expect(store.get('own.bad', 3)).toBe(3);
    expect(store.get('own.bad', 3)).toBe(3);
    expect(lines).toEqual(['files:own.bad: own.bad: expected a number, got "x"; 3 is used']);
  });

  it('fills the defaults of a section in and hands out the same object until it changes', async () => {
    const { store } = await made({ shop: { discount: '5' } });
    const before = store.section(Shop);
    expect(before).toEqual({ discount: 5, currency: 'EUR', patience: 1000 });
    store.set('other', 1);
    expect(store.section(Shop)).toBe(before);
    store.set('shop.discount', 6);
    expect(store.section(Shop)).not.toBe(before);
    expect(store.section(Desk)).toEqual({ staff: 1 });
  });

  it('knows the names of a section with a star', async () => {
    const { store } = await made(
      { servicecomb: { protocols: { rest: { listenAddress: ':8080' }, 'rest-admin': null, grpc: {} } } },
      { sections: CORE_SECTIONS },
    );
    expect(store.names(ProtocolSection)).toEqual(['rest', 'rest-admin', 'grpc']);
    expect(store.section(ProtocolSection, 'rest').listenAddress).toBe(':8080');
    expect(store.section(ProtocolSection, 'rest-admin').trust).toBe('none');
  });

  it('gives a section inside another one its own keys', async () => {
    const values = { servicecomb: { registry: { type: 'static', static: { catalog: 'rest://10.0.0.1:80' } } } };
    const { store, lines } = await made(values, { sections: CORE_SECTIONS });
    expect(store.section(RegistrySection).type).toBe('static');
    expect(store.raw('servicecomb.registry.static.catalog')).toEqual(['rest://10.0.0.1:80']);
    expect(lines).toEqual([]);
  });

  it('declares a section that is asked for', async () => {
    const Late = defineSection<{ size: number }>({
      key: 'late',
      live: true,
      schema: { type: 'object', properties: { size: { type: 'number', default: 1 } } },
    });
    const { store, files } = await made({ late: { size: '3' } });
    expect(store.section(Late)).toEqual({ size: 3 });
    files.change({ late: { size: 'x' } });
    expect(store.section(Late)).toEqual({ size: 3 });
  });

  it('refuses a section that is asked for and does not fit', async () => {
    const Late = defineSection<{ size: number }>({
      key: 'late',
      live: true,
      schema: { type: 'object', properties: { size: { type: 'number' } } },
    });
    const { store } = await made({ late: { size: 'x' } });
    expect(() => store.section(Late)).toThrow('files:late.size: late.size: expected a number, got "x"');
  });

  it('refuses two sections of one key and schemas it would not check', () => {
    const two = [Shop, { ...Shop }];
    expect(() => createConfig({ sections: two, sources: [], clock: new VirtualClock(), logger: new Lines() })).toThrow(
      'shop',
    );
    const odd = [{ key: 'odd', live: true, schema: { type: 'object', unevaluatedProperties: false } }];
    expect(() => createConfig({ sections: odd, sources: [], clock: new VirtualClock(), logger: new Lines() })).toThrow(
      'section odd uses the keyword unevaluatedProperties',
    );
  });
});

describe('the start', () => {
  it('refuses with every fault of every local source', async () => {
    const others = [new Given('environment', 3, { shop: { currency: ['x', { y: 1 }] } })];
    const started = made({ shop: { discount: 'much' }, desk: { staff: 1.5 } }, { others });
    await expect(started).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    const error = await started.catch((reason: Error) => reason);
    expect((error as Error).message.split('\n')).toEqual([
      'the configuration is not valid, 3 faults:',
      '  environment:shop.currency: shop.currency: expected text, got ["x",{"y":1}]',
      '  files:shop.discount: shop.discount: expected a number, got "much"',
      '  files:desk.staff: desk.staff: expected an integer, got 1.5',
    ]);
  });

  it('refuses what is required and given by nobody, and takes it from any source', async () => {
    const Needs = defineSection<{ key: string }>({
      key: 'needs',
      live: true,
      schema: { type: 'object', required: ['key'], properties: { key: { type: 'string' }, other: { type: 'string' } } },
    });
    await expect(made({ needs: { other: 'x' } }, { sections: [Needs] })).rejects.toThrow(
      'files:needs.other: needs.key: expected text, got nothing',
    );
    const others = [new Given('environment', 3, { needs: { key: 'k' } })];
    const { store } = await made({ needs: { other: 'x' } }, { sections: [Needs], others });
    expect(store.section(Needs)).toEqual({ key: 'k', other: 'x' });
  });

  it('refuses when a source cannot be read', async () => {
    const broken: ConfigSource = {
      name: 'broken',
      priority: 2,
      load: () => Promise.reject(new Error('conf/a.yaml:3: bad')),
    };
    await expect(made({}, { others: [broken] })).rejects.toThrow('conf/a.yaml:3: bad');
    await expect(made({ shop: { discount: 'x' } }, { others: [broken] })).rejects.toThrow(
      /2 faults:\n {2}conf\/a.yaml:3: bad\n {2}files:shop/,
    );
  });

  it('shows no secret', async () => {
    const Keys = defineSection<{ password: number }>({
      key: 'keys',
      live: true,
      schema: { type: 'object', properties: { password: { type: 'number' } } },
    });
    const error = await made({ keys: { password: 'hunter2' } }, { sections: [Keys] }).catch((reason: Error) => reason);
    expect(String(error)).toContain('keys.password');
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });
});

describe('a change at run time', () => {
  it('keeps the last good values of a bad section of that source while the rest proceeds, and says so once', async () => {
    const { store, files, lines } = await made({ shop: { discount: 5 }, own: 1 });
    files.change({ shop: { discount: 'much', currency: 'USD' }, own: 2 });
    expect(store.section(Shop)).toMatchObject({ discount: 5, currency: 'EUR' });
    expect(store.get('own', 0)).toBe(2);
    files.change({ shop: { discount: 'much', currency: 'USD' }, own: 3 });
    expect(lines).toEqual([
      'files:shop.discount: shop.discount: expected a number, got "much"; shop keeps its last good values',
    ]);
    files.change({ shop: { discount: 7 }, own: 3 });
    expect(store.section(Shop).discount).toBe(7);
    files.change({ shop: { discount: 'much' } });
    expect(store.section(Shop).discount).toBe(7);
    expect(lines).toHaveLength(2);
  });

  it('keeps the last good values when a source cannot be read', async () => {
    const { store, files, lines } = await made({ shop: { discount: 5 } });
    files.fail(new Error('conf/shop.yaml:2: bad indentation'));
    files.fail(new Error('conf/shop.yaml:2: bad indentation'));
    expect(store.get('shop.discount', 0)).toBe(5);
    expect(lines).toEqual(['conf/shop.yaml:2: bad indentation; the last good values of files stay']);
  });

  it('refuses what together is not whole', async () => {
    const Needs = defineSection<{ key: string }>({
      key: 'needs',
      live: true,
      schema: { type: 'object', required: ['key'], properties: { key: { type: 'string' } } },
    });
    const { store, files, lines } = await made({ needs: { key: 'k' }, own: 1 }, { sections: [Needs] });
    files.change({ own: 2 });
    expect(store.section(Needs)).toEqual({ key: 'k' });
    expect(store.get('own', 0)).toBe(2);
    files.change({ own: 3 });
    expect(store.get('own', 0)).toBe(3);
    expect(lines).toEqual(['needs.key: expected text, got nothing; needs keeps its last good values']);
  });

  it('leaves sections that are not live for the next start, and says so', async () => {
    const { store, files, lines } = await made({ desk: { staff: 2 }, shop: { discount: 1 } });
    files.change({ desk: { staff: 3 }, shop: { discount: 2 } });
    expect(store.section(Desk).staff).toBe(2);
    expect(store.section(Shop).discount).toBe(2);
    files.change({ desk: { staff: 3 }, shop: { discount: 3 } });
    expect(lines).toEqual(['desk was changed by files and takes effect at the next start']);
    files.change({ desk: { staff: 2 } });
    files.change({ desk: { staff: 3 } });
    expect(lines).toHaveLength(2);
  });

  it('takes over where values now stand without telling of a change', async () => {
    const { store, files } = await made({ shop: { discount: 5 } });
    const seen: ConfigChange[] = [];
    store.watch('**', (change) => seen.push(change));
    files.change({ 'shop.discount': 5 });
    expect(seen).toEqual([]);
  });
});

describe('the memory source', () => {
  it('wins over files, and uncovers them when a key is deleted', async () => {
    const { store } = await made({ shop: { discount: 5, currency: 'USD' } });
    store.set('shop.discount', 9);
    expect(store.get('shop.discount', 0)).toBe(9);
    expect(store.origin('shop.discount')).toEqual({ source: 'memory', place: 'memory' });
    store.delete('shop.discount');
    expect(store.get('shop.discount', 0)).toBe(5);
    store.set('shop', { currency: 'GBP' });
    expect(store.section(Shop)).toMatchObject({ discount: 5, currency: 'GBP' });
    store.delete('shop');
    expect(store.section(Shop)).toMatchObject({ discount: 5, currency: 'USD' });
  });

  it('refuses what a live value cannot be, and to uncover it', async () => {
    const { store, files, lines } = await made({ own: { discount: 9 } });
    const discount = store.live('own.discount', 0);
    expect(() => store.set('own.discount', 'ten')).toThrow('memory: own.discount: expected a number, got "ten"');
    expect(discount.value).toBe(9);
    store.set('own.discount', 10);
    files.change({ own: { discount: 'ten' } });
    expect(() => store.delete('own.discount')).toThrow('files:own.discount: own.discount: expected a number');
    expect([discount.value, store.origin('own.discount')?.source]).toEqual([10, 'memory']);
    expect(lines).toEqual([]);
  });

  it('refuses what a section does not accept', async () => {
    const { store } = await made({ shop: { discount: 5 } });
    expect(() => store.set('shop.discount', 'much')).toThrow('memory: shop.discount: expected a number, got "much"');
    expect(() => store.set('shop', { discount: -1 })).toThrow('expected at least 0');
    expect(store.get('shop.discount', 0)).toBe(5);
  });

  it('starts with the values given', async () => {
    const store = createConfig({
      sections: [Shop],
      sources: [],
      values: { 'shop.discount': 3 },
      clock: new VirtualClock(),
      logger: new Lines(),
    });
    await store.start();
    expect(store.section(Shop).discount).toBe(3);
  });

  it('keeps nothing of the lists it is given', async () => {
    const { store } = await made();
    const list = ['a'];
    store.set('own.list', list);
    list.push('b');
    expect(store.get<string[]>('own.list', [])).toEqual(['a']);
  });
});

describe('listeners', () => {
  it('hear of each key in order, after the swap', async () => {
    const { store, files } = await made({ shop: { discount: 5, currency: 'USD' } });
    const seen: string[] = [];
    store.watch('shop.*', ({ key, kind, before, after, source }) => {
      seen.push(`${kind} ${key} ${String(before)} ${String(after)} ${source} now ${String(store.raw(key))}`);
    });
    files.change({ shop: { patience: '2s', discount: 6 }, own: 1 });
    expect(seen).toEqual([
      'deleted shop.currency USD undefined files now undefined',
      'updated shop.discount 5 6 files now 6',
      'created shop.patience undefined 2s files now 2s',
    ]);
  });

  it('of a module hear of a swap once', async () => {
    const { store, files } = await made({ shop: { discount: 5 } });
    const seen: string[][] = [];
    const stop = store.watchModule('shop', (changes) => seen.push(changes.map(({ key }) => key)));
    files.change({ shop: { discount: 6, currency: 'USD' }, shopping: 1 });
    files.change({ shop: { discount: 6, currency: 'USD' }, shopping: 2 });
    stop();
    files.change({ shop: { discount: 7 } });
    expect(seen).toEqual([['shop.currency', 'shop.discount']]);
  });

  it('may set, which takes effect when all have heard of the change before', async () => {
    const { store } = await made();
    const seen: string[] = [];
    store.watch('a', ({ after }) => {
      store.set('b', after);
      seen.push(`first a=${String(after)} b=${String(store.raw('b'))}`);
    });
    store.watch('a', () => seen.push(`second b=${String(store.raw('b'))}`));
    store.watch('b', ({ after }) => seen.push(`b=${String(after)}`));
    store.set('a', 1);
    expect(seen).toEqual(['first a=1 b=undefined', 'second b=undefined', 'b=1']);
  });

  it('that fail, at once or later, keep nothing from the others', async () => {
    const { store, lines } = await made();
    const seen: unknown[] = [];
    store.watch('a', () => {
      throw new Error('oops');
    });
    store.watch('a', (() => Promise.reject(new Error('late'))) as () => void);
    store.watch('a', ({ after }) => seen.push(after));
    store.set('a', 1);
    await Promise.resolve();
    await Promise.resolve();
    expect(seen).toEqual([1]);
    expect(lines).toEqual([expect.stringContaining('oops'), expect.stringContaining('late')]);
    expect(store.raw('a')).toBe(1);
  });

  it('may stop listening while being told', async () => {
    const { store } = await made();
    const seen: string[] = [];
    const stop = store.watch('a', () => {
      stop();
      later();
      seen.push('first');
    });
    const later = store.watch('a', () => seen.push('second'));
    store.set('a', 1);
    store.set('a', 2);
    expect(seen).toEqual(['first']);
  });
});

it('the service section is go-chassis’s', async () => {
  const values = {
    CAS_COMPONENT_NAME: 'alias',
    'servicecomb.service': { version: 2, instanceProperties: { 'a.b': 1 } },
  };
  const { store } = await made(values, { sections: CORE_SECTIONS });
  expect(store.section(ServiceSection)).toMatchObject({
    name: 'alias',
    app: 'default',
    version: '2',
    instanceProperties: { 'a.b': '1' },
  });
});
