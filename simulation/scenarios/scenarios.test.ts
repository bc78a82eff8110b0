import { describe, expect, it } from 'vitest';
import { scenarios } from './all.js';

const run = async (name: string, seed: number): Promise<unknown> =>
  scenarios.find((scenario) => scenario.name === name)!.run({ seed, scale: 0.05 });

describe('a scenario', () => {
  it.each(['rolling', 'zones', 'retries', 'limiter', 'canary'])(
    '%s finds the same with the same seed',
    async (name) => {
      const first = await run(name, 7);
      expect(await run(name, 7)).toEqual(first);
      expect(await run(name, 8)).not.toEqual(first);
    },
    60_000,
  );

  it('has a name of its own and plots with names of their own', async () => {
    const names = scenarios.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of ['limiter', 'canary']) {
      const section = await scenarios.find((scenario) => scenario.name === name)!.run({ seed: 1, scale: 0.02 });
      expect(section.name).toBe(name);
    }
  });
});
