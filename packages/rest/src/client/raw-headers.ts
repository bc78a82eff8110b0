import { HeaderMap } from '@ts-chassis/core';

/** Headers as undici hands them over, names and values in turn, as a map; `set-cookie` and the like keep all their values. */
export function headerMapOf(raw: readonly Buffer[]): HeaderMap {
  const record: Record<string, string | string[]> = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toString('latin1').toLowerCase();
    const value = raw[at + 1]!.toString('latin1');
    if (name === '__proto__') continue;
    const before = Object.hasOwn(record, name) ? record[name] : undefined;
    if (before === undefined) record[name] = value;
    else if (typeof before === 'string') record[name] = [before, value];
    else before.push(value);
  }
  return HeaderMap.of(record);
}
