import type { ConfigSource, Layer } from '../source.js';

/** `--key=value` with a key of two characters or more, or `-k=v`. */
const ARGUMENT = /^(?:--([^=\s]{2,})|-([^-=\s]))=(.*)$/s;

/**
 * The arguments of the program: `--servicecomb.registry.address=...` or `-k=v`; others are left to the program. Priority 2.
 *
 * @param argv - without the runtime and the script; default those of the process
 *
 * @example
 * ```ts
 * const source = commandLineSource(['--shop.discount=5']);
 * ```
 */
export function commandLineSource(argv: readonly string[] = process.argv.slice(2)): ConfigSource {
  return { name: 'command line', priority: 2, load: () => Promise.resolve(read(argv)) };
}

function read(argv: readonly string[]): Layer {
  const values: Record<string, unknown> = {};
  for (const argument of argv) {
    const [, long, short, value] = ARGUMENT.exec(argument) ?? [];
    const key = long ?? short;
    // The last of a flag given twice counts, as everywhere on command lines.
    if (key !== undefined && value !== undefined && !key.includes('__proto__')) values[key] = value;
  }
  return { values, place: (key) => `argument ${key.length > 1 ? '--' : '-'}${key}` };
}
