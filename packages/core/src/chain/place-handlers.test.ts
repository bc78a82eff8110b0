import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ORDER, rankOf } from './order.js';
import { placeHandlers, type Placed } from './place-handlers.js';

const names = (...list: readonly string[]): readonly Placed[] => list.map((name) => ({ name }));
const place = (
  base: readonly Placed[],
  added: readonly Placed[],
  find?: (name: string) => Placed | undefined,
): readonly string[] => placeHandlers('provider', { base, added, ...(find && { find }) });

describe('placeHandlers', () => {
  it('puts a link without anchors at its place in the order', () => {
    expect(place(names('access-log', 'timeout'), names('bind', 'monitoring'))).toEqual([
      'access-log',
      'monitoring',
      'timeout',
      'bind',
    ]);
  });

  it('puts handlers of users behind admission and before bind, in the order they were declared', () => {
    expect(place(names('timeout'), names('bind', 'mine', 'yours'))).toEqual(['timeout', 'mine', 'yours', 'bind']);
  });

  it('puts a link right before or behind its anchor', () => {
    const added = [{ name: 'bind' }, { name: 'p', before: 'timeout' }, { name: 'q', after: 'access-log' }];
    expect(place(names('access-log', 'monitoring', 'timeout'), added)).toEqual([
      'access-log',
      'q',
      'monitoring',
      'p',
      'timeout',
      'bind',
    ]);
  });

  it('keeps the declared order among links at one anchor', () => {
    const added = [
      { name: 'a', after: 'timeout' },
      { name: 'b', after: 'timeout' },
      { name: 'c', before: 'timeout' },
      { name: 'd', before: 'timeout' },
    ];
    expect(place(names('timeout'), added)).toEqual(['c', 'd', 'timeout', 'a', 'b']);
  });

  it('lets an anchor that is not in the chain stand for its place in the order', () => {
    const added = [
      { name: 'late', after: 'tracing-provider' },
      { name: 'early', before: 'tracing-provider' },
    ];
    expect(place(names('access-log', 'monitoring'), added)).toEqual(['access-log', 'early', 'late', 'monitoring']);
  });

  it('lets an anchor of a user that is not in the chain stand for the place that it would have', () => {
    const audit: Placed = { name: 'audit', after: 'access-log' };
    const find = (name: string): Placed | undefined => (name === 'audit' ? audit : undefined);
    expect(place(names('access-log', 'timeout'), [{ name: 'echo', after: 'audit' }], find)).toEqual([
      'access-log',
      'echo',
      'timeout',
    ]);
  });

  it('waits for an anchor that is added later', () => {
    const added = [{ name: 'second', after: 'first' }, { name: 'first' }, { name: 'bind' }];
    expect(place([], added)).toEqual(['first', 'second', 'bind']);
  });

  it('puts handlers that need the arguments between bind and call', () => {
    expect(place([], [{ name: 'checked', after: 'bind' }, { name: 'bind' }, { name: 'mine' }])).toEqual([
      'mine',
      'bind',
      'checked',
    ]);
  });

  it('obeys both anchors of a link', () => {
    const link = { name: 'mid', after: 'access-log', before: 'monitoring' };
    expect(place(names('access-log', 'monitoring', 'timeout'), [link])).toEqual([
      'access-log',
      'mid',
      'monitoring',
      'timeout',
    ]);
    expect(place(names('monitoring', 'timeout'), [link])).toEqual(['mid', 'monitoring', 'timeout']);
    expect(() => place(names('monitoring', 'access-log'), [link])).toThrow(/mid after access-log before monitoring/);
  });

  it('takes anchors of a configured chain for nothing: it keeps its written order', () => {
    expect(place([{ name: 'b', before: 'a' }, { name: 'a' }], [])).toEqual(['b', 'a']);
    expect(place([{ name: 'a' }, { name: 'b', before: 'a' }], [])).toEqual(['a', 'b']);
  });

  it.each([
    [
      [
        { name: 'a', after: 'b' },
        { name: 'b', after: 'a' },
      ],
      /circle: a after b, b after a/,
    ],
    [[{ name: 'a', before: 'a' }], /circle: a before a/],
    [[{ name: 'a', after: 'tracng' }], /"a" \(provider\), after: "tracng": nobody knows/],
    [[{ name: 'a', after: 'call' }], /"a" \(provider\), after: "call": nothing stands behind the end/],
  ] as const)('refuses %j', (added, message) => {
    expect(() => place([], added)).toThrow(message);
    expect(() => place([], added)).toThrow(expect.objectContaining({ code: 'CHAIN_INVALID' }));
  });

  it('keeps the order of the base, respects anchors and names each link once, whatever is put together', () => {
    const known = ORDER.provider.map(([name]) => name).filter((name) => !name.startsWith('*') && name !== 'call');
    const arbitraryChain = fc.record({
      base: fc.shuffledSubarray(known),
      added: fc.uniqueArray(
        fc.record({
          name: fc.nat(9).map((n) => `user-${n}`),
          anchor: fc.constantFrom(...known),
          word: fc.constantFrom('before', 'after', 'none'),
        }),
        { selector: ({ name }) => name },
      ),
      shift: fc.subarray(known),
    });
    fc.assert(
      fc.property(arbitraryChain, ({ base, added, shift }) => {
        const links: Placed[] = added.map(({ name, anchor, word }) => ({
          name,
          ...(word !== 'none' && { [word]: anchor }),
        }));
        const more = shift.filter((name) => !base.includes(name));
        const chain = place(names(...base), [...links, ...names(...more)]);
        expect(chain.filter((name) => base.includes(name))).toEqual(base);
        expect([...chain].sort()).toEqual([...base, ...links.map(({ name }) => name), ...more].sort());
        for (const { name, before, after } of links) {
          const at = chain.indexOf(name);
          if (before !== undefined && chain.includes(before)) expect(at).toBeLessThan(chain.indexOf(before));
          if (after !== undefined && chain.includes(after)) expect(at).toBeGreaterThan(chain.indexOf(after));
        }
      }),
    );
  });

  it('sorts links of the order by it, in whatever order they are added', () => {
    const known = ORDER.consumer.map(([name]) => name).filter((name) => !name.startsWith('*'));
    fc.assert(
      fc.property(fc.shuffledSubarray(known), (added) => {
        const chain = placeHandlers('consumer', { base: [], added: names(...added) });
        const ranks = chain.map((name) => rankOf('consumer', name) ?? -1);
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
      }),
    );
  });
});

describe('ORDER', () => {
  it('gives each link of a side one place and a reason', () => {
    for (const places of Object.values(ORDER)) {
      expect(new Set(places.map(([name]) => name)).size).toBe(places.length);
      for (const [, why] of places) expect(why).toMatch(/\w+ \w+/);
    }
  });
});
