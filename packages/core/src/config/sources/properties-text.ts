import { YamlFault } from './yaml-fault.js';
import type { FlatText } from './flat-text.js';

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

/**
 * Reads Java's `.properties`: `key=value`, `key: value` or `key value`, lines that go on after a `\`, `#` and `!` for comments, escapes. Of
 * a key that is given twice the last counts.
 *
 * @throws YamlFault with the line of the first thing that is wrong
 */
export function readProperties(text: string): FlatText {
  const values = new Map<string, string>();
  const lines = new Map<string, number>();
  const natural = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (let index = 0; index < natural.length; index += 1) {
    const number = index + 1;
    let line = natural[index]!.replace(/^[ \t\f]+/, '');
    if (line === '' || line.startsWith('#') || line.startsWith('!')) continue;
    while (goesOn(line) && index + 1 < natural.length) {
      index += 1;
      line = line.slice(0, -1) + natural[index]!.replace(/^[ \t\f]+/, '');
    }
    if (goesOn(line)) line = line.slice(0, -1);
    const end = endOfKey(line);
    const key = unescaped(line.slice(0, end), number);
    if (key === '') throw new YamlFault(`expected a key, got ${line[0] ?? 'nothing'}`, number);
    values.set(key, unescaped(line.slice(end).replace(/^[ \t\f]*[=:]?[ \t\f]*/, ''), number));
    lines.set(key, number);
  }
  return { values, lines };
}

/** Whether a line ends in a backslash that is none of a pair. */
function goesOn(line: string): boolean {
  let backslashes = 0;
  while (line[line.length - 1 - backslashes] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}

function endOfKey(line: string): number {
  let at = 0;
  while (at < line.length && !' \t\f=:'.includes(line[at]!)) at += line[at] === '\\' ? 2 : 1;
  return Math.min(at, line.length);
}

function unescaped(text: string, line: number): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:u([\s\S]{0,4})|([\s\S]?))/g, (_whole, code: string | undefined, one: string) => {
    if (code === undefined) return ESCAPES[one] ?? one;
    if (!/^[0-9A-Fa-f]{4}$/.test(code)) throw new YamlFault('expected four hexadecimal digits after \\u', line);
    return String.fromCharCode(Number.parseInt(code, 16));
  });
}
