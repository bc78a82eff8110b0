import { describe, expect, it } from 'vitest';
import { readSection } from '../policy/read-section.fixture.js';
import { MatchSection } from './match-section.js';

const read = (values: unknown) => readSection(MatchSection, values).policies;

describe('rules of traffic marking', () => {
  it('are tried by order, then by name', () => {
    const matches = [{ method: 'get' }];
    const names = read({
      b: { matches },
      c: { matches, order: 1 },
      a: { matches },
      d: 'order: "5"\nmatches:\n- method: GET',
    });
    expect(names.map(({ name }) => name)).toEqual(['d', 'c', 'a', 'b']);
  });

  it('are the same in the forms of go-chassis and of java-chassis', () => {
    const [text] = read({
      login:
        'matches:\n  - headers:\n      Cookie:\n        regex: "^(.*?;)?(user=vip)(;.*)?$"\n    apiPath:\n      contains: "path/test"\n    method:\n      - get\n',
    });
    const [map] = read({
      login: {
        matches: [
          {
            name: 'first',
            headers: { cookie: { regex: '^(.*?;)?(user=vip)(;.*)?$' } },
            apiPath: { contains: 'path/test' },
            method: ['GET'],
            serviceName: '',
          },
        ],
      },
    });
    expect(text!.cases[0]).toMatchObject({
      methods: ['GET'],
      headers: [['cookie', [{ operator: 'regex' }]]],
      policy: 'perService',
    });
    expect(map!.cases[0]!.headers).toEqual(text!.cases[0]!.headers);
    expect(map!.cases[0]!.path).toEqual(text!.cases[0]!.path);
  });

  it('tell parameters of the query from the whole of it', () => {
    const [one] = read({
      a: { matches: [{ queries: { contains: 'id=1' } }, { queries: { id: { noLess: 3 }, kind: 'x' } }] },
    });
    expect(one!.cases[0]).toMatchObject({ queries: [], rawQuery: [{ operator: 'contains', expected: 'id=1' }] });
    expect(one!.cases[1]).toMatchObject({
      rawQuery: [],
      queries: [
        ['id', [{ operator: 'noLess', expected: '3' }]],
        ['kind', [{ operator: 'exact', expected: 'x' }]],
      ],
    });
  });

  it('that did not change are the same objects after a reload', () => {
    const a = 'matches: [{method: GET}]';
    const first = readSection(MatchSection, { a, b: a });
    const second = readSection(MatchSection, { a, b: 'matches: [{method: POST}]' }, first);
    const [after, changed] = second.policies;
    expect(after).toBe(first.policies[0]);
    expect(changed!.cases[0]!.methods).toEqual(['POST']);
  });

  it.each([
    ['text that is no YAML', 'matches: [', 'servicecomb.match.a: expected YAML, got'],
    ['a text without matches', 'order: 1', 'servicecomb.match.a.matches: expected a list of matches, got nothing'],
    ['no matches', { matches: [] }, 'servicecomb.match.a.matches: expected a list of matches, got []'],
    [
      'a match that is no map',
      'matches:\n- x',
      'servicecomb.match.a.matches[0]: expected a map of what a call must be like, got "x" (line 2 of the text)',
    ],
    [
      'a misspelt condition',
      'matches:\n- header: {a: b}',
      'servicecomb.match.a.matches[0].header: expected a known name (did you mean headers?)',
    ],
    [
      'a policy nobody knows',
      { matches: [{ trafficMarkPolicy: 'twice' }] },
      'trafficMarkPolicy: expected once or perService, got "twice"',
    ],
    ['headers that are no map', { matches: [{ headers: ['a'] }] }, 'headers: expected a map of names, got ["a"]'],
    [
      'an operator with a list',
      { matches: [{ apiPath: { exact: ['a'] } }] },
      'apiPath.exact: expected a value, got ["a"]',
    ],
    ['a method that is none', { matches: [{ method: [5] }] }, 'method: expected methods such as GET, got 5'],
    [
      'an order that is no number',
      { order: 'first', matches: [{}] },
      'servicecomb.match.a.order: expected a number, got "first"',
    ],
  ])('refuse %s', (_what, policy, expected) => {
    expect(() => read({ a: policy })).toThrow(expected);
  });
});
