import { describe, expect, it } from 'vitest';
import { sharedLookup, type Resolve } from './shared-lookup.js';

describe('sharedLookup', () => {
  it('asks once for all who ask for a name while the resolver says nothing, and again afterwards', () => {
    const asked: string[] = [];
    const answers: Parameters<Resolve>[2][] = [];
    const lookup = sharedLookup((host, _, callback) => {
      asked.push(host);
      answers.push(callback);
    });
    const told: unknown[] = [];
    const ask = (host: string, all = true): void =>
      lookup(host, { all }, (error, address) => told.push(error?.message ?? address));
    for (let time = 0; time < 100; time += 1) ask('sc.example');
    ask('other.example');
    ask('sc.example', false);
    expect(asked).toEqual(['sc.example', 'other.example', 'sc.example']);
    answers[0]!(null, [{ address: '10.0.0.1', family: 4 }]);
    expect(told).toEqual(Array.from({ length: 100 }, () => [{ address: '10.0.0.1', family: 4 }]));
    ask('sc.example');
    expect(asked).toHaveLength(4);
    answers[3]!(new Error('no such name'), []);
    expect(told.at(-1)).toBe('no such name');
  });
});
