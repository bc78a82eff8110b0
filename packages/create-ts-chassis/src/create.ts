import { main } from '@ts-chassis/cli';

/**
 * `npm create ts-chassis`: the same as `chassis new`, with the same words behind it.
 *
 * @param words - what was typed behind the name
 * @returns the exit code
 *
 * @example
 * ```ts
 * process.exitCode = await create(['orders', '--yes']);
 * ```
 */
export function create(words: readonly string[]): Promise<number> {
  return main(['new', ...words]);
}
