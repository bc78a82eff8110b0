import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_FILTERS } from './balancing-rule.js';
import { InstancePool } from './instance-pool.js';
import { instanceOf, settings } from './picking.fixture.js';

const query = { listener: 'rest', tags: undefined, filters: NO_FILTERS };
const ids = fc.uniqueArray(fc.integer({ min: 0, max: 12 }).map((id) => `i${id}`));

describe('InstancePool', () => {
  it('keeps what it knows of those who stay, and nothing of those who left', () => {
    fc.assert(
      fc.property(fc.array(ids, { maxLength: 10 }), (lists) => {
        const pool = new InstancePool(settings);
        const subset = pool.subset(query);
        let before = new Map<string, unknown>();
        for (const [at, list] of lists.entries()) {
          pool.follow(
            list.map((id) => instanceOf(id)),
            at,
          );
          expect(subset.all.map(({ instance }) => instance.id)).toEqual(list);
          for (const node of subset.all) {
            if (before.has(node.instance.id)) expect(node).toBe(before.get(node.instance.id));
            expect(node.since).toBe(before.has(node.instance.id) ? node.since : at === 0 ? -Infinity : at);
          }
          before = new Map(subset.all.map((node) => [node.instance.id, node]));
        }
      }),
    );
  });

  it('never ejects more than its share, and always offers somebody', () => {
    const step = fc.record({ at: fc.nat(11), after: fc.constantFrom(0, 1000, 40_000), isWell: fc.boolean() });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.array(step),
        fc.constantFrom(0, 30, 50, 100),
        (size, steps, most) => {
          const rules = { ...settings, maxEjectionPercent: most };
          const pool = new InstancePool(rules);
          const list = Array.from({ length: size }, (_, index) => instanceOf(`i${index}`));
          let now = 0;
          pool.follow(list, now);
          const subset = pool.subset(query);
          for (const { at, after, isWell } of steps) {
            now += after;
            pool.follow(list, now);
            const node = subset.all[at % size]!;
            const { state } = node.ejection;
            if (state === 'in') pool.eject(node, now, rules);
            else if (state === 'due') {
              pool.probe(node);
              if (isWell) pool.readmit(node, now);
              else pool.eject(node, now, rules);
            }
            const out = subset.all.filter(({ ejection }) => ejection.state !== 'in').length;
            expect(out * 100).toBeLessThanOrEqual(most * size);
            expect(subset.nodes.length).toBeGreaterThan(0);
            expect(subset.nodes.length * 100).toBeGreaterThanOrEqual(rules.panicThreshold * size);
          }
        },
      ),
    );
  });

  it('gives the same arrays while nothing changes, whatever else is asked for', () => {
    const pool = new InstancePool(settings);
    const list = [instanceOf('a'), instanceOf('b')];
    pool.follow(list, 0);
    const { nodes, all } = pool.subset(query);
    pool.follow(list, 5000);
    expect(pool.subset({ ...query, tags: { version: '9' } }).all).toEqual([]);
    const again = pool.subset(query);
    expect([again.nodes === nodes, again.all === all]).toEqual([true, true]);
  });

  it('takes tags that say the same for the same, and keeps a bounded number of sets', () => {
    const pool = new InstancePool(settings);
    pool.follow([instanceOf('a')], 0);
    const kept = pool.subset({ ...query, tags: { version: '1.0.0', app: 'default' } });
    expect(pool.subset({ ...query, tags: { app: 'default', version: '1.0.0' } })).toBe(kept);
    for (let tag = 0; tag < 256; tag += 1) pool.subset({ ...query, tags: { odd: `${tag}` } });
    expect(pool.subset({ ...query, tags: { version: '1.0.0', app: 'default' } })).not.toBe(kept);
  });

  it('begins anew with an instance whose endpoint moved', () => {
    const pool = new InstancePool(settings);
    const at = (port: number) => instanceOf('a', { endpoints: [{ listener: 'rest', host: 'a', port, ssl: false }] });
    pool.follow([at(1)], 0);
    const [before] = pool.subset(query).all;
    const all = { ...settings, maxEjectionPercent: 100 };
    expect(pool.eject(before!, 0, all)).toBe(30_000);
    pool.follow([at(2)], 0);
    const [after] = pool.subset(query).all;
    expect(after).not.toBe(before);
    expect([after!.address, after!.ejection.state]).toEqual(['a:2', 'in']);
    // the old one does not count as one that is out
    expect(pool.eject(after!, 0, all)).toBe(30_000);
  });
});
