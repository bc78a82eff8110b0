import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/index.js';
import { Logger } from '../telemetry/logger.js';
import { createConfig, type ConfigStore } from './create-config.js';
import { defineSection, type Section } from './section.js';
import type { Layer } from './source.js';

class Lines extends Logger {
  readonly lines: string[] = [];
  debug(): void {}
  info(): void {}
  warn(message: string): void {
    this.lines.push(message);
  }
  error(): void {}
  child(): Logger {
    return this;
  }
}

const number = (fallback: number): object => ({ type: 'number', default: fallback });
const Shop = defineSection<{ discount: number }>({
  key: 'shop',
  live: true,
  schema: { type: 'object', properties: { discount: number(0) } },
});
const Desk = defineSection<{ staff: number }>({
  key: 'desk',
  live: false,
  schema: { type: 'object', properties: { staff: number(1) } },
});

interface Made {
  readonly store: ConfigStore;
  /** Changes the one source. */
  readonly files: { change(values: Record<string, unknown>): void };
  readonly lines: string[];
}

async function made(
  values: Record<string, unknown>,
  { sections = [Shop, Desk] }: { sections?: readonly Section<unknown>[] } = {},
): Promise<Made> {
  const layer = (tree: Record<string, unknown>): Layer => ({ values: tree, place: (key) => key });
  let tell: (next: Layer) => void = () => {};
  const source = {
    name: 'files',
    priority: 4,
    load: () => Promise.resolve(layer(values)),
    watch: (listener: (next: Layer) => void) => {
      tell = listener;
      return () => {};
    },
  };
  const logger = new Lines();
  const store = createConfig({ sections, sources: [source], clock: new VirtualClock(), logger });
  await store.start();
  await store.startRemote([], 1000);
  return { store, files: { change: (next) => tell(layer(next)) }, lines: logger.lines };
}

describe('before a swap', () => {
  it('everyone sees the candidate, and commits before listeners hear of it', async () => {
    const { store, files } = await made({ shop: { discount: 5 } });
    const seen: string[] = [];
    store.beforeSwap((candidate, changed) => {
      seen.push(`asked ${changed.join()} ${candidate.section(Shop).discount} while ${store.section(Shop).discount}`);
      return { commit: () => seen.push(`commit ${store.section(Shop).discount}`) };
    });
    store.watch('shop.discount', () => seen.push('told'));
    files.change({ shop: { discount: 6 } });
    expect(seen).toEqual(['asked shop 6 while 5', 'commit 6', 'told']);
  });

  it('the sections an error blames keep their last good values and the rest is proposed again', async () => {
    const { store, files, lines } = await made({ shop: { discount: 5 }, own: 1 });
    const commits: string[] = [];
    store.beforeSwap((candidate, changed) => {
      if (candidate.section(Shop).discount > 50) throw Object.assign(new Error('too generous'), { sections: ['shop'] });
      return { commit: () => commits.push(changed.join()) };
    });
    files.change({ shop: { discount: 60 }, own: 2 });
    expect(store.section(Shop).discount).toBe(5);
    expect(store.get('own', 0)).toBe(2);
    expect(commits).toEqual(['']);
    files.change({ shop: { discount: 60 }, own: 3 });
    expect(lines).toEqual(['shop.discount: too generous; shop keep their last good values']);
    files.change({ shop: { discount: 40 }, own: 2 });
    expect(store.section(Shop).discount).toBe(40);
  });

  it('an error that blames nothing refuses the whole change', async () => {
    const { store, files, lines } = await made({ own: 1 });
    const stop = store.beforeSwap(() => {
      throw new Error('no');
    });
    files.change({ own: 2 });
    expect(store.get('own', 0)).toBe(1);
    expect(lines).toEqual(['no; the change is refused']);
    stop();
    files.change({ own: 3 });
    expect(store.get('own', 0)).toBe(3);
  });

  it('what the program sets is refused with the error, as a whole, and leaves nothing behind', async () => {
    const { store, lines } = await made({ shop: { discount: 5 } });
    const refusal = Object.assign(new Error('too generous'), { sections: ['shop'] });
    store.beforeSwap((candidate) => {
      if (candidate.section(Shop).discount > 50) throw refusal;
      return undefined;
    });
    expect(() => store.set('shop.discount', 60)).toThrow(refusal);
    expect(() => store.set('shop', { discount: 70, note: 1 })).toThrow(refusal);
    expect([store.section(Shop).discount, store.raw('shop.note'), store.origin('shop.discount')?.source]).toEqual([
      5,
      undefined,
      'files',
    ]);
    store.set('own', 1);
    store.set('shop.discount', 40);
    expect([store.get('own', 0), store.section(Shop).discount]).toEqual([1, 40]);
    expect(lines).toEqual(['memory: unknown key shop.note']);
  });

  it('what the program deletes is refused with the error, and stays', async () => {
    const { store, files } = await made({ shop: { discount: 5 } });
    store.set('shop.discount', 6);
    files.change({ shop: { discount: 60 } });
    store.beforeSwap((candidate) => {
      if (candidate.section(Shop).discount > 50) throw new Error('too generous');
      return undefined;
    });
    expect(() => store.delete('shop.discount')).toThrow('too generous');
    expect(store.section(Shop).discount).toBe(6);
    files.change({ shop: { discount: 7 } });
    store.delete('shop.discount');
    expect(store.section(Shop).discount).toBe(7);
  });

  it('what a listener sets and is refused is logged, and hinders neither others nor what follows', async () => {
    const { store, files, lines } = await made({ own: 1 });
    store.beforeSwap((candidate) => {
      if (candidate.section(Shop).discount > 50) throw new Error('too generous');
      return undefined;
    });
    store.watch('own', () => {
      store.set('shop.discount', 60);
      store.set('other', 2);
    });
    files.change({ own: 2 });
    expect([store.section(Shop).discount, store.get('other', 0)]).toEqual([0, 2]);
    expect(lines).toEqual(['too generous; the change is refused']);
    store.set('other', 3);
    expect(store.get('other', 0)).toBe(3);
  });

  it('what a section needs cannot be deleted', async () => {
    const Needs = defineSection<{ key: string }>({
      key: 'needs',
      live: true,
      schema: { type: 'object', required: ['key'], properties: { key: { type: 'string' } } },
    });
    const { store } = await made({}, { sections: [] });
    store.set('needs.key', 'k');
    store.declare(Needs);
    expect(() => store.delete('needs.key')).toThrow('needs.key: expected text, got nothing');
    expect(store.section(Needs)).toEqual({ key: 'k' });
  });

  it('blaming what did not change ends, with the change refused', async () => {
    const { store, files } = await made({ own: 1 });
    store.beforeSwap(() => {
      throw Object.assign(new Error('no'), { sections: ['desk'] });
    });
    files.change({ own: 2 });
    expect(store.get('own', 0)).toBe(1);
  });
});
