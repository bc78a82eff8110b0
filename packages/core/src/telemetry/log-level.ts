import type { LogLevel } from './logger.js';

/** Every level, from the chattiest to the gravest. */
export const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** How grave each level is. */
export const GRAVITY: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

const SPELLINGS: ReadonlyMap<string, LogLevel> = new Map([
  ...LOG_LEVELS.map((level) => [level, level] as const),
  ['trace', 'debug'],
  ['warning', 'warn'],
  ['fatal', 'error'],
]);

/**
 * Reads a level as people write it: in any case, with `trace`, `warning` and `fatal` for their neighbours, as `logLevel` of go-chassis's
 * `lager.yaml` has it.
 *
 * @returns undefined for anything else
 *
 * @example
 * ```ts
 * parseLogLevel('WARNING'); // 'warn'
 * ```
 */
export function parseLogLevel(text: string): LogLevel | undefined {
  return SPELLINGS.get(text.trim().toLowerCase());
}
