import type { ConfigView, ServiceIdentity } from '@ts-chassis/core';
import { expect, it } from 'vitest';
import { readSection } from '../policy/read-section.fixture.js';
import { MATCH_OPERATORS, type MatchOperator } from './match-operator.js';
import { MatchCompiler } from './match-rules.js';
import { MatchSection } from './match-section.js';
import type { MatchSubject } from './match-subject.js';

const identity = { service: 'shop', version: '1.0', app: 'default', environment: '' } as ServiceIdentity;
const config = {
  section: () => ({ name: '', availableZone: '', instanceProperties: {} }),
} as unknown as ConfigView;
const at = (path: string): MatchSubject => ({
  ...{ path, method: 'GET', rawQuery: '', caller: '', mark: undefined },
  ...{ header: () => undefined, query: () => undefined },
});

it('rules that were prepared for, one by one, are there when they are asked for', () => {
  let compiled = 0;
  const is: MatchOperator = { compile: (expected) => (compiled++, (value) => value === expected) };
  const compiler = new MatchCompiler(new Map([...MATCH_OPERATORS, ['is', is]]), identity, config);
  const rule = (number: number) => ({
    matches: [{ apiPath: { is: `/${number}` }, trafficMarkPolicy: number % 2 ? 'once' : 'perService' }],
  });
  const model = readSection(
    MatchSection,
    Object.fromEntries(Array.from({ length: 1000 }, (_, number) => [`r${number}`, rule(number)])),
  );
  expect([...compiler.preparing(model)].length).toBeGreaterThanOrEqual(2000);
  compiled = 0;
  const rules = compiler.rules(model);
  expect(compiled).toBe(0);
  expect([rules.find(at('/7'))?.name, rules.find(at('/8'))?.name]).toEqual(['r7', 'r8']);
  expect([rules.findOwn(at('/7')), rules.findOwn(at('/8'))?.name]).toEqual([undefined, 'r8']);
});

it('an operator that takes the place of `exact` is asked, whatever it means', () => {
  const caseless: MatchOperator = {
    compile: (expected) => (value) => value.toLowerCase() === expected.toLowerCase(),
  };
  const compiler = new MatchCompiler(new Map([...MATCH_OPERATORS, ['exact', caseless]]), identity, config);
  const rules = compiler.rules(readSection(MatchSection, { a: { matches: [{ apiPath: '/Books' }] } }));
  expect(rules.find(at('/books'))?.name).toBe('a');
});
