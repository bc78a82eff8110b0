import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/index.js';
import { ChassisError } from '../errors/chassis-error.js';
import { createConfig, type ConfigStore } from './create-config.js';
import { defineSection } from './section.js';
import { Given, Lines, Shop } from './store.fixture.js';

/** Lets other work have its turn. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A clock by which every look at it takes half a millisecond. */
class Slow extends VirtualClock {
  #looks = 0;
  override elapsed(): number {
    this.#looks += 1;
    return super.elapsed() + this.#looks / 2;
  }
}

const COUNT = 1000;
const many = (value: number, more: object = {}): Record<string, unknown> => ({
  rules: Object.fromEntries(Array.from({ length: COUNT }, (_, index) => [`r${index}`, value])),
  ...more,
});
const Rules = defineSection<Record<string, number>>({
  key: 'rules',
  live: true,
  schema: { type: 'object', additionalProperties: { type: 'integer', maximum: 99 } },
});

async function following(): Promise<{ store: ConfigStore; files: Given; lines: string[] }> {
  const logger = new Lines();
  const files = new Given('files', 4, many(1));
  const store = createConfig({ sections: [Rules, Shop], sources: [files], clock: new Slow(), logger });
  await store.start();
  await store.startRemote([], 1000);
  return { store, files, lines: logger.lines };
}

/** Resolves when a key has changed. */
const changed = (store: ConfigStore, key: string): Promise<unknown> =>
  new Promise((tell) => {
    const stop = store.watch(key, ({ after }) => {
      stop();
      tell(after);
    });
  });

describe('a change of thousands of keys', () => {
  it('is made in slices, between which others have their turn, and takes effect as a whole', async () => {
    const { store, files } = await following();
    const effect = changed(store, 'rules.r999');
    files.change(many(2));
    let turns = 0;
    const seen = new Set<string>();
    let over = false;
    void effect.then(() => (over = true));
    while (!over) {
      await turn();
      turns += 1;
      seen.add(`${String(store.raw('rules.r0'))} ${String(store.raw('rules.r999'))}`);
    }
    expect(turns).toBeGreaterThan(100);
    expect([...seen]).toEqual(['1 1', '2 2']);
    expect(store.section(Rules)['r500']).toBe(2);
  });

  it('is brought to its end by a write, which comes after it', async () => {
    const { store, files } = await following();
    const order: string[] = [];
    store.watch('rules.r0', ({ after }) => order.push(`rules ${String(after)}`));
    store.watch('shop.discount', ({ after }) => order.push(`shop ${String(after)}`));
    files.change(many(2));
    expect(store.raw('rules.r0')).toBe(1);
    store.set('shop.discount', 5);
    expect([store.raw('rules.r0'), store.raw('shop.discount')]).toEqual([2, 5]);
    expect(order).toEqual(['rules 2', 'shop 5']);
  });

  it('is brought to its end by a section that is declared, which sees it', async () => {
    const { store, files } = await following();
    files.change(many(2, { desk: { staff: '3' } }));
    const Desk = defineSection<{ staff: number }>({
      key: 'desk',
      live: true,
      schema: { type: 'object', properties: { staff: { type: 'integer' } } },
    });
    expect(store.section(Desk).staff).toBe(3);
    expect(store.raw('rules.r0')).toBe(2);
  });

  it('waits for the one before it, and a short one for both', async () => {
    const { store, files } = await following();
    const order: unknown[] = [];
    store.watch('rules.r0', ({ after }) => order.push(after));
    files.change(many(2));
    files.change(many(3));
    files.change({ rules: { r0: 4 } });
    await turn();
    expect(order).toEqual([2, 3, 4]);
    expect(store.raw('rules.r1')).toBeUndefined();
  });

  it('that is refused changes nothing of its section and lets the others proceed', async () => {
    const { store, files, lines } = await following();
    const effect = changed(store, 'shop.discount');
    files.change(many(200, { shop: { discount: 8 } }));
    expect(await effect).toBe(8);
    expect(store.raw('rules.r0')).toBe(1);
    expect(lines[0]).toContain('expected at most 99, got 200');
  });

  it('that a listener answers with a write is told to all before that', async () => {
    const { store, files } = await following();
    const order: string[] = [];
    store.watch('rules.r0', () => store.set('shop.discount', 5));
    store.watch('rules.r999', () => order.push('rules'));
    store.watch('shop.discount', () => order.push('shop'));
    const effect = changed(store, 'shop.discount');
    files.change(many(2));
    await effect;
    expect(order).toEqual(['rules', 'shop']);
  });

  it('is prepared for in slices, before it takes effect, whatever comes of that', async () => {
    const { store, files } = await following();
    const seen: string[] = [];
    store.prepare(Rules, function* (rules) {
      seen.push(`${String(rules['r0'])} while ${String(store.raw('rules.r0'))}`);
      yield;
      throw new Error('cannot be prepared for');
    });
    const effect = changed(store, 'rules.r0');
    files.change(many(2));
    expect(await effect).toBe(2);
    files.change(many(2, { shop: { discount: 3 } }));
    store.set('shop.discount', 5);
    expect(seen).toEqual(['2 while 1']);
  });

  it('is refused with what a preparation says of it', async () => {
    const { store, files, lines } = await following();
    store.prepare(Rules, function* (rules) {
      yield;
      if (rules['r0'] === 2) throw new ChassisError('FAILED_PRECONDITION', 'rules.r0: nobody knows 2');
    });
    const effect = changed(store, 'shop.discount');
    files.change(many(2, { shop: { discount: 3 } }));
    expect(await effect).toBe(3);
    expect(store.raw('rules.r0')).toBe(1);
    expect(lines.join()).toContain('rules.r0: nobody knows 2; rules keep their last good values');
    expect(() => store.set('rules.r0', 2)).toThrow('nobody knows 2');
  });

  it('ends with the store', async () => {
    const { store, files } = await following();
    files.change(many(2));
    store.close();
    for (let turns = 0; turns < 20; turns += 1) await turn();
    expect(store.raw('rules.r0')).toBe(1);
  });
});
