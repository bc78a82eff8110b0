import { describe, expect, it } from 'vitest';
import { defineSection } from './section.js';
import { Given, made } from './store.fixture.js';
import type { Layer } from './source.js';

const Rates = defineSection<Readonly<Record<string, number>>>({
  key: 'rates',
  live: true,
  schema: { type: 'object', additionalProperties: { type: 'integer', minimum: 1 } },
  aliases: { 'cse.flow.*.limit': 'rates.*' },
});
const Rules = defineSection<Readonly<Record<string, unknown>>>({
  key: 'rules',
  live: true,
  schema: { type: 'object', additionalProperties: { 'x-written': true } },
});

describe('a refused value', () => {
  it('is named by the key as it is written, with the one it means', async () => {
    const { store, files, lines } = await made({ 'cse.flow.shop.limit': 5 }, { sections: [Rates] });
    files.change({ 'cse.flow.shop.limit': 0 });
    expect(lines.join()).toMatch(/cse\.flow\.shop\.limit \(rates\.shop\): expected .*, got 0/);
    expect(store.section(Rates)).toEqual({ shop: 5 });
  });

  it('is named once where it has one name', async () => {
    const { files, lines } = await made({ rates: { shop: 5 } }, { sections: [Rates] });
    files.change({ rates: { shop: 0 } });
    expect(lines.join()).toMatch(/: rates\.shop: expected/);
  });
});

describe('a free form', () => {
  it('keeps numbers that say more as text, in lists too', async () => {
    class Written extends Given {
      override async load(): Promise<Layer> {
        const written = new Map([
          ['rules.catalog[0].tags.version', '1.0'],
          ['rules.catalog[0].weight', '20'],
        ]);
        return { ...(await super.load()), written: (key) => written.get(key) };
      }
    }
    const source = new Written('written', 3, { rules: { catalog: [{ weight: 20, tags: { version: 1 } }] } });
    const { store } = await made({}, { sections: [Rules], others: [source] });
    expect(store.section(Rules)).toEqual({ catalog: [{ weight: 20, tags: { version: '1.0' } }] });
  });
});
