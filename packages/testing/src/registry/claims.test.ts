import { describe, expect, it } from 'vitest';
import { deepStrictEqual, rejects, strictEqual } from './claims.js';

const failure = (code: string): Promise<never> => Promise.reject(Object.assign(new Error('down'), { code }));

describe('the claims of the conformance cases', () => {
  it('hold for what is so', async () => {
    strictEqual(Number.NaN, Number.NaN);
    deepStrictEqual([{ a: 1 }], [{ a: 1 }]);
    await rejects(failure('GONE'), { code: 'GONE' });
  });

  it('fail for what is not, and say what was expected and what came', async () => {
    expect(() => strictEqual([], [])).toThrow('expected the same as [], got []');
    expect(() => deepStrictEqual([{ a: 1 }], [{ a: '1' }])).toThrow("expected [ { a: '1' } ], got [ { a: 1 } ]");
    await expect(rejects(failure('BUSY'), { code: 'GONE' })).rejects.toThrow(/code GONE, got .*down/);
    await expect(rejects(Promise.resolve(), { code: 'GONE' })).rejects.toThrow('code GONE, got none');
    await expect(rejects(Promise.reject(undefined), { code: 'GONE' })).rejects.toThrow('code GONE, got undefined');
  });
});
