import { describe, expect, it } from 'vitest';
import type { Operation } from '../schema/operation.js';
import { ambientInvocation, currentInvocation, runAmbient } from './ambient.js';
import { Invocation } from './invocation.js';

const invoke = (): Invocation =>
  new Invocation({
    operation: { id: 'catalog.find' } as Operation,
    service: 'catalog',
    source: { service: '', protocol: '', trusted: false },
  });

describe('the ambient invocation', () => {
  it('is found by all that follows, each inside its own', async () => {
    const [one, two] = [invoke(), invoke()];
    const seen = await Promise.all(
      [one, two].map((invocation) =>
        runAmbient(invocation, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          return currentInvocation();
        }),
      ),
    );
    expect(seen[0]).toBe(one);
    expect(seen[1]).toBe(two);
    expect(runAmbient(one, () => runAmbient(two, ambientInvocation))).toBe(two);
  });

  it('is none outside, and says which option makes one', () => {
    expect(ambientInvocation()).toBeUndefined();
    expect(() => currentInvocation()).toThrow(/ambient: true/);
  });
});
