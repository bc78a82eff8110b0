import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileCase } from './compile-case.js';
import type { Condition, MatchCase } from './match-case.js';
import { MATCH_OPERATORS } from './match-operator.js';
import type { MatchSubject } from './match-subject.js';
import { RuleIndex } from './rule-index.js';

const ANY = { key: 'k', methods: [], headers: [], queries: [], rawQuery: [], caller: [], instance: [] };
const at = (path: string): MatchSubject => ({
  ...{ path, method: 'GET', rawQuery: '', caller: '', mark: undefined },
  ...{ header: () => undefined, query: () => undefined },
});
const options = { operators: MATCH_OPERATORS, own: {} };
const text = fc.stringMatching(/^\/?[abB.]{0,4}$/);
const comparison = fc.record<Condition>({
  operator: fc.constantFrom('exact', 'prefix', 'contains', 'noEqu'),
  expected: text,
  ignoreCase: fc.boolean(),
});
const expression = fc.record<Condition>({
  operator: fc.constant('regex'),
  expected: fc
    .tuple(
      fc.constantFrom('', '^', '^'),
      text,
      fc.constantFrom('', '?', '*', '+', '{2}', '$', '|b', '[ab]$', '\\.a', '(a|b)'),
    )
    .map(([begin, middle, end]) => `${begin}${middle === '' || middle === '/' ? '/a' : middle}${end}`),
  ignoreCase: fc.boolean(),
});
const condition = fc.oneof(comparison, expression);
const conditions = fc.array(condition, { maxLength: 2 });
const written = fc.record<MatchCase>(
  {
    key: fc.constant('servicecomb.match.a'),
    methods: fc.subarray(['GET', 'POST']),
    path: conditions,
    headers: fc.array(fc.tuple(fc.constantFrom('os', 'user'), conditions), { maxLength: 2 }),
    queries: fc.constant([]),
    rawQuery: fc.constant([]),
    caller: fc.constant([]),
    instance: fc.constant([]),
    mark: fc.constantFrom('gold', 'silver'),
  },
  { requiredKeys: ['key', 'methods', 'path', 'headers', 'queries', 'rawQuery', 'caller', 'instance'] },
);
const subject = fc
  .record({
    method: fc.constantFrom('GET', 'POST'),
    path: text,
    mark: fc.constantFrom(undefined, 'gold', 'silver'),
    os: fc.option(text, { nil: undefined }),
    user: fc.option(text, { nil: undefined }),
  })
  .map(({ os, user, ...rest }): MatchSubject => ({
    ...{ ...rest, rawQuery: '', caller: '' },
    header: (name) => (name === 'os' ? os : user),
    query: () => undefined,
  }));

it('finds the rule that trying each in turn finds', () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 12 }), fc.array(subject, { maxLength: 8 }), (cases, subjects) => {
      const rules = cases.map((each, found) => ({ match: compileCase(each, options)!, found }));
      const index = RuleIndex.of(rules);
      for (const each of subjects) {
        expect(index.find(each)).toBe(rules.find(({ match }) => match.matches(each))?.found);
      }
    }),
    { numRuns: 300 },
  );
});

it.each([
  ['prefix', (number: number) => `/items/${number}/`],
  ['regex', (number: number) => `^/items/${number}/[a-z]+$`],
  ['regex', (number: number) => `^\\/items\\/${number}\\/`],
])('tries but few of many rules for paths that begin otherwise: %s', (operator, expected) => {
  let tried = 0;
  const index = RuleIndex.of(
    Array.from({ length: 1000 }, (_, found) => {
      const path = [{ operator, expected: expected(found), ignoreCase: false }];
      const match = compileCase({ ...ANY, path }, options)!;
      return { found, match: { ...match, matches: (each: MatchSubject) => (tried++, match.matches(each)) } };
    }),
  );
  expect(index.find(at('/items/999/x'))).toBe(999);
  expect(index.find(at('/items/9'))).toBeUndefined();
  expect(tried).toBe(1);
});

it('does not try rules for other paths, however many there are', () => {
  let tried = 0;
  const counting = new Map([
    ...MATCH_OPERATORS,
    ['exact', { isExact: true, compile: (expected: string) => (value: string) => (tried++, value === expected) }],
  ]);
  const rules = Array.from({ length: 10_000 }, (_, number) => ({
    found: number,
    match: compileCase(
      {
        ...ANY,
        path: [{ operator: 'exact', expected: `/path/${number}`, ignoreCase: false }],
      },
      { operators: counting, own: {} },
    )!,
  }));
  const index = RuleIndex.of(rules);
  expect(index.find(at('/path/9999'))).toBe(9999);
  expect(index.find(at('/none'))).toBeUndefined();
  expect(tried).toBe(1);
});
