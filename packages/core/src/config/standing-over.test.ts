import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { createConfig } from './create-config.js';
import { defineSection } from './section.js';
import { Given, Lines, made } from './store.fixture.js';
import { environmentSource } from './sources/environment-source.js';

const Pool = defineSection<{ size: number; name: string }>({
  key: 'test.pool',
  live: true,
  schema: {
    type: 'object',
    properties: { size: { type: 'integer', default: 1 }, name: { type: 'string', default: 'none' } },
  },
});

describe('a value where sections lie below', () => {
  const over = async (values: Record<string, unknown> = {}) => {
    const center = new Given('center', 0, values);
    const all = await made({ test: { pool: { size: 2 } } }, { sections: [Pool], others: [center] });
    return { ...all, center };
  };

  it('is refused with its place, and hides nothing of weaker sources', async () => {
    const { store, center, lines } = await over();
    center.change({ 'test.pool.name': 'good', test: 'x' });
    expect(store.section(Pool)).toEqual({ size: 2, name: 'good' });
    expect(lines).toEqual(['center:test: test: expected a map, got "x"; test keeps its last good values']);
    center.change({ 'test.pool.name': 'better' });
    expect(store.section(Pool)).toEqual({ size: 2, name: 'better' });
  });

  it('refuses the start', async () => {
    await expect(over({ test: ['x'] })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('center:test: test: expected a map, got ["x"]') as string,
    });
  });

  it('says nothing when it is empty, as of YAML with nothing below a name', async () => {
    const { store, lines } = await over({ test: null });
    expect(store.section(Pool).size).toBe(2);
    expect(lines).toEqual([]);
  });

  it('is anybody’s when it is a variable', async () => {
    const logger = new Lines();
    const sources = [new Given('files', 4, { test: { pool: { size: 2 } } }), environmentSource({ test: 'x' })];
    const store = createConfig({ sections: [Pool], sources, clock: new VirtualClock(), logger });
    await store.start();
    expect(store.section(Pool).size).toBe(2);
    expect(logger.lines).toEqual([]);
  });

  it('is refused at a section too that has keys of its own in the same source', async () => {
    const { store, center, lines } = await over({ 'test.pool.name': 'good' });
    center.change({ 'test.pool.name': 'better', 'test.pool': 'x' });
    expect(store.section(Pool)).toEqual({ size: 2, name: 'good' });
    expect(lines).toEqual([
      'center:test.pool: test.pool: expected a map, as keys below it have values, got "x"; test.pool keeps its last good values',
    ]);
  });
});
