import { describe, expect, it } from 'vitest';
import { readSection } from '../policy/read-section.fixture.js';
import { DarkLaunchSection, RouteRuleSection } from './route-sections.js';

const read = (rules: unknown) => readSection(RouteRuleSection, { catalog: rules }).services.get('catalog')!.rules;
const route = [{ weight: 100, tags: { version: '1.0' } }];

describe('rules of routing', () => {
  it('are read from text, lists and single maps, numbers as text too', () => {
    const expected = [{ precedence: 2, routes: [{ weight: 80, tags: { version: '1.1' } }] }];
    expect(read('- precedence: "2"\n  route:\n  - weight: "80"\n    tags: {version: "1.1"}')).toMatchObject(expected);
    expect(read([{ precedence: 2, route: [{ weight: 80, tags: { version: 1.1 } }] }])).toMatchObject(expected);
    expect(read({ precedence: 2, route: [{ weight: 80, tags: { version: 1.1 } }] })).toMatchObject(expected);
  });

  it('are tried by precedence; of duplicates the first written comes first', () => {
    const names = read([{ route }, { precedence: 3, route }, { precedence: 3, route }, { precedence: 9, route }]);
    expect(names.map(({ name }) => name)).toEqual(['catalog[3]', 'catalog[1]', 'catalog[2]', 'catalog[0]']);
  });

  it('that did not change are the same objects after a reload', () => {
    const first = readSection(RouteRuleSection, { catalog: [{ precedence: 1, route }, { route }] });
    const second = readSection(
      RouteRuleSection,
      {
        catalog: [
          { precedence: 1, route },
          { precedence: 0, route },
        ],
      },
      first,
    );
    const [a, b] = [first, second].map((model) => model.services.get('catalog')!.rules);
    expect(b![0]).toBe(a![0]);
    expect(b![1]).not.toBe(a![1]);
  });

  it('of a long text are told with their lines when they cannot be right', () => {
    const rule = (weight: number): string => `- route:\n  - weight: ${weight}\n    tags: {version: 1.0}\n`;
    const rules = [...Array.from({ length: 500 }, () => rule(100)), rule(-7), rule(100)].join('');
    expect(() => read(rules)).toThrow(
      'catalog[500].route[0].weight: expected a whole number from 0 to 100, got -7 (line 1502',
    );
    expect(read(rules.replace('-7', '7')).length).toBe(502);
  });

  it.each([
    [
      'a YAML text that is not a list',
      'precedence: 1',
      'servicecomb.routeRule.catalog: expected a list of rules, got {"precedence":1} (line 1',
    ],
    ['text that is no YAML', '- [', 'servicecomb.routeRule.catalog: expected YAML, got'],
    [
      'weights over 100',
      [{ route: [{ weight: 60 }, { weight: 41 }] }],
      'catalog[0].route: expected weights that add up to 100 at most, got 101',
    ],
    [
      'one weight over 100',
      [{ route: [{ weight: 101 }] }],
      'catalog[0].route[0].weight: expected a whole number from 0 to 100, got 101',
    ],
    [
      'negative weights',
      '- route:\n  - weight: -1',
      'catalog[0].route[0].weight: expected a whole number from 0 to 100, got -1 (line 2',
    ],
    [
      'weights that are no numbers',
      [{ route: [{ weight: 'half' }] }],
      'catalog[0].route[0].weight: expected a whole number from 0 to 100, got "half"',
    ],
    [
      'two routes without weights',
      [{ route: [{ tags: {} }, { tags: {} }] }],
      'catalog[0].route[0].weight: expected a whole number from 0 to 100, got nothing',
    ],
    [
      'empty routes',
      [{ precedence: 1, route: [] }],
      'catalog[0].route: expected a list of weights and tags with one item at least, got []',
    ],
    [
      'no routes',
      [{ precedence: 1 }],
      'catalog[0].route: expected a list of weights and tags with one item at least, got nothing',
    ],
    [
      'tags that are no map',
      [{ route: [{ tags: ['a'] }] }],
      'catalog[0].route[0].tags: expected a map of tags, got ["a"]',
    ],
    [
      'a tag that is no value',
      [{ route: [{ tags: { a: {} } }] }],
      'catalog[0].route[0].tags.a: expected a value, got {}',
    ],
    ['a rule that is no map', ['x'], 'catalog[0]: expected a map with precedence, match and route, got "x"'],
    [
      'a precedence that is no number',
      [{ precedence: 'high', route }],
      'catalog[0].precedence: expected a number, got "high"',
    ],
    [
      'a misspelt name',
      [{ precedense: 1, route }],
      'catalog[0].precedense: expected a known name (did you mean precedence?)',
    ],
    [
      'a misspelt condition',
      [{ match: { header: {} }, route }],
      'catalog[0].match.header: expected a known name (did you mean headers?)',
    ],
    [
      'a hash by nothing',
      [{ hash: { salt: 'x' }, route }],
      'catalog[0].hash: expected one of header, cookie, query or context with a name',
    ],
    ['a hash by two things', [{ hash: { header: 'a', cookie: 'b' }, route }], 'catalog[0].hash: expected one of'],
    [
      'an unknown fallback',
      [{ fallback: 'random', route }],
      'catalog[0].fallback: expected fail, any, latest, a map of tags, or a list of these, got "random"',
    ],
  ])('refuse %s', (_what, rules, expected) => {
    expect(() => read(rules)).toThrow(expected);
  });
});

describe('dark-launch policies', () => {
  const convert = (policy: unknown) =>
    readSection(DarkLaunchSection, { catalog: JSON.stringify(policy) }).services.get('catalog')!.rules;

  it('of the kind RATE become weights, of which nothing is lost', () => {
    const [rule, ...others] = convert({
      policyType: 'RATE',
      ruleItems: [
        { groupName: 'a', groupCondition: 'version=1.0,1.1,1.2', policyCondition: '50' },
        { groupName: 'b', groupCondition: 'version=2.0', policyCondition: '30' },
      ],
    });
    expect(others).toEqual([]);
    expect(rule!.routes.map(({ weight, tags }) => [tags['version'], weight])).toEqual([
      ['1.0', 17],
      ['1.1', 17],
      ['1.2', 16],
      ['2.0', 30],
    ]);
  });

  it.each([
    ['user_name!=a', 'username', 'noEqu', 'a'],
    ['age>=18', 'age', 'noLess', '18'],
    ['age<=18', 'age', 'noGreater', '18'],
    ['age>18', 'age', 'greater', '18'],
    ['age<18', 'age', 'less', '18'],
    ['os=ios', 'os', 'exact', 'ios'],
    ['os~^i.*=s$', 'os', 'regex', '^i.*=s$'],
  ])('of the kind RULE become comparisons: %s', (policyCondition, header, operator, expected) => {
    const item = { groupName: 'a', groupCondition: 'version=1.0', policyCondition, caseInsensitive: true };
    const [rule] = convert({ policyType: 'RULE', ruleItems: [item] });
    expect(rule!.match!.headers).toEqual([[header, [{ operator, expected, ignoreCase: true }]]]);
    expect(rule!.routes).toEqual([{ weight: 100, tags: { version: '1.0' } }]);
  });

  it('are tried in the order written', () => {
    const item = (version: string) => ({ groupCondition: `version=${version}`, policyCondition: 'a=b' });
    const rules = convert({ policyType: 'RULE', ruleItems: [item('1'), item('2'), item('3')] });
    expect(rules.map(({ routes }) => routes[0]!.tags['version'])).toEqual(['1', '2', '3']);
  });

  it('that are none are refused', () => {
    expect(() => convert({ policyType: 'RULE' })).toThrow(
      'servicecomb.darklaunch.policy.catalog: expected a list of rules',
    );
  });
});
