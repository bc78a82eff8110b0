import type { FlatText } from './flat-text.js';
import { YamlFault } from './yaml-fault.js';

/**
 * Reads an INI text: `[section]`, whose name stands before its keys with a dot, `key = value` or `key: value`, `;` and `#` for comments, quotes
 * around a value. Of a key that is given twice the last counts.
 *
 * @throws YamlFault with the line of the first thing that is wrong
 */
export function readIni(text: string): FlatText {
  const values = new Map<string, string>();
  const lines = new Map<string, number>();
  let section = '';
  for (const [index, natural] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = natural.trim();
    if (line === '' || line.startsWith(';') || line.startsWith('#')) continue;
    if (line.startsWith('[')) section = sectionOf(line, index + 1);
    else {
      const at = line.search(/[=:]/);
      const name = line.slice(0, Math.max(at, 0)).trim();
      if (name === '') throw new YamlFault('expected [section] or key = value', index + 1);
      const key = section === '' ? name : `${section}.${name}`;
      values.set(key, valueOf(line.slice(at + 1).trim()));
      lines.set(key, index + 1);
    }
  }
  return { values, lines };
}

function sectionOf(line: string, number: number): string {
  const name = /^\[([^\]]*)\]\s*(?:[;#].*)?$/.exec(line)?.[1]?.trim();
  if (name === undefined) throw new YamlFault('expected ] at the end of a section\u2019s name', number);
  return name;
}

function valueOf(text: string): string {
  const [quote] = text;
  if (quote === '"' || quote === "'") {
    const end = text.indexOf(quote, 1);
    if (end > 0 && /^\s*(?:[;#].*)?$/.test(text.slice(end + 1))) return text.slice(1, end);
  }
  const comment = text.search(/(?:^|\s)[;#]/);
  return comment < 0 ? text : text.slice(0, comment).trim();
}
