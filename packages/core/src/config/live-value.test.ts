import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/index.js';
import { createConfig } from './create-config.js';
import { defineSection } from './section.js';
import type { ConfigSource } from './source.js';
import { Given, Lines, made } from './store.fixture.js';

describe('a live value', () => {
  it('follows changes and tells of them', async () => {
    const { store, files } = await made({ shop: { discount: 5 } });
    const discount = store.live('shop.discount', 0);
    const seen: [number, number][] = [];
    const stop = discount.onChange((value, before) => seen.push([value, before]));
    expect(discount.value).toBe(5);
    files.change({ shop: { discount: 6 }, other: 1 });
    expect(discount.value).toBe(6);
    files.change({ shop: { discount: 6 }, other: 2 });
    files.change({});
    stop();
    files.change({ shop: { discount: 8 } });
    expect(discount.value).toBe(8);
    expect(seen).toEqual([
      [6, 5],
      [0, 6],
    ]);
  });

  it('of an undeclared key keeps the last value that fits, as does everybody who reads the key, and says so once', async () => {
    const { store, files, lines } = await made({ own: { discount: 9, size: 1 } });
    const discount = store.live('own.discount', 0);
    const seen: number[] = [];
    discount.onChange((value) => seen.push(value));
    files.change({ own: { discount: 'ten', size: 2 } });
    expect([discount.value, store.raw('own.discount'), store.get('own.discount', 0)]).toEqual([9, 9, 9]);
    expect(store.get('own.size', 0)).toBe(2);
    files.change({ own: { discount: 'ten', size: 3 } });
    expect(lines).toEqual(['files:own.discount: own.discount: expected a number, got "ten"; own.discount keeps 9']);
    files.change({ own: { discount: '11' } });
    files.change({ own: { discount: 'ten' } });
    expect(discount.value).toBe(11);
    expect(lines).toHaveLength(2);
    expect(seen).toEqual([11]);
  });

  it('keeps its default where nothing was said before, and the old map and list', async () => {
    const { store, files, lines } = await made({ own: { map: { a: 1 }, list: ['a'] } });
    const live = [store.live('own.absent', 4), store.live('own.map', {}), store.live<string[]>('own.list', [])];
    files.change({ own: { absent: 'x', map: 5, list: { a: 1 } } });
    expect(live.map(({ value }) => value)).toEqual([4, { a: 1 }, ['a']]);
    expect(lines).toEqual([
      'files:own.absent: own.absent: expected a number, got "x"; own.absent keeps its default',
      'files:own.map: own.map: expected a map, got 5; own.map keeps {"a":1}',
      'files:own.list.a: own.list: expected a list, got {"a":1}; own.list keeps ["a"]',
    ]);
  });

  it('is refused while the value is of another type, and at the start when it was asked for before', async () => {
    const { store } = await made({ own: { discount: 'ten' } });
    expect(() => store.live('own.discount', 0)).toThrow(
      'files:own.discount: own.discount: expected a number, got "ten"',
    );
    const early = createConfig({
      sections: [],
      sources: [new Given('files', 4, { own: { discount: 'ten' } })],
      clock: new VirtualClock(),
      logger: new Lines(),
    });
    early.live('own.discount', 0);
    await expect(early.start()).rejects.toThrow('files:own.discount: own.discount: expected a number, got "ten"');
  });

  it('of another type at the start is left out where a remote source says it, which is told', async () => {
    const center: ConfigSource = Object.assign(
      new Given('center', 0, { own: { discount: 'ten', size: 3 }, far: 'x' }),
      {
        remote: true,
      },
    );
    const { store, lines } = await made({ own: { discount: 9 }, far: { off: 2 } }, { others: [center] });
    expect(store.live('own.discount', 0).value).toBe(9);
    expect(store.live('own.size', 0).value).toBe(3);
    expect(store.live('far.off', 0).value).toBe(2);
    expect(lines).toEqual([
      'center:own.discount: own.discount: expected a number, got "ten"; own.discount keeps 9',
      'center:far: far: expected a map with off in it, got "x"; far keeps {"off":2}',
    ]);
  });

  it('is not hidden by a value around it that comes later', async () => {
    const { store, files, lines } = await made({ far: { off: 2 } });
    const off = store.live('far.off', 0);
    files.change({ far: 'x' });
    expect(off.value).toBe(2);
    expect(lines).toEqual(['files:far: far: expected a map with off in it, got "x"; far keeps {"off":2}']);
    files.change({ far: null });
    expect(off.value).toBe(0);
  });

  it('shows no secret that it keeps or refuses', async () => {
    const { store, files, lines } = await made({ own: { password: 1234 } });
    store.live('own.password', 0);
    files.change({ own: { password: 'hunter2' } });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/1234|hunter2/);
  });

  it('of a section keeps the last whole one when its name is gone', async () => {
    const Named = defineSection<{ url: string }>({
      key: 'named.*',
      live: true,
      schema: { type: 'object', required: ['url'], properties: { url: { type: 'string' } } },
    });
    const { store, files } = await made({ named: { a: { url: 'x' } } }, { sections: [Named] });
    const live = store.liveSection(Named, 'a');
    files.change({ named: { b: { url: 'y' } } });
    expect(live.value).toEqual({ url: 'x' });
    files.change({ named: { a: { url: 'z' } } });
    expect(live.value).toEqual({ url: 'z' });
  });
});
