import { inspect, isDeepStrictEqual } from 'node:util';

// Node's own `assert` opens the standard error of the process when it is imported; importing this package must do nothing.

/** @throws Error when the two are not the same value */
export function strictEqual(got: unknown, expected: unknown): void {
  if (!Object.is(got, expected)) fail(`expected the same as ${inspect(expected)}`, got);
}

/** @throws Error when the two do not look the same, all the way down */
export function deepStrictEqual(got: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(got, expected)) fail(`expected ${inspect(expected, { depth: 6 })}`, got);
}

/** @throws Error when the promise keeps, or fails with another code */
export async function rejects(promise: Promise<unknown>, { code }: { readonly code: string }): Promise<void> {
  const kept = Symbol('kept');
  const error = await promise.then(
    () => kept,
    (reason: unknown) => reason,
  );
  if (error === kept) throw new Error(`expected a failure with the code ${code}, got none`);
  if ((error as { code?: unknown } | undefined)?.code !== code) fail(`expected a failure with the code ${code}`, error);
}

function fail(expected: string, got: unknown): never {
  throw new Error(`${expected}, got ${inspect(got, { depth: 6 })}`);
}
