import { HeaderMap } from '@ts-chassis/core';

const CONTENT_TYPE = Buffer.from('content-type');
const CONTENT_ENCODING = Buffer.from('content-encoding');
const JSON_TYPE = Buffer.from('application/json');
const SEMICOLON = 59;
/** The bit that tells small letters from capitals. */
const CASE = 32;

/** Headers as undici hands them over, names and values in turn, as a map that is made when it is first read; most replies' never are. */
export function headerMapOf(raw: readonly Buffer[]): HeaderMap {
  return HeaderMap.lazy(() => recordOf(raw));
}

/** Whether the headers say that the body is JSON under its plain name, found without making a map. */
export function saysJson(raw: readonly Buffer[]): boolean {
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]!.length !== CONTENT_TYPE.length || !beginsWith(raw[at]!, CONTENT_TYPE, CASE)) continue;
    const value = raw[at + 1]!;
    return (
      beginsWith(value, JSON_TYPE, 0) && (value.length === JSON_TYPE.length || value[JSON_TYPE.length] === SEMICOLON)
    );
  }
  return false;
}

/** The value of `content-encoding`, found without making a map; undefined when there is none. */
export function contentEncodingOf(raw: readonly Buffer[]): string | undefined {
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]!.length === CONTENT_ENCODING.length && beginsWith(raw[at]!, CONTENT_ENCODING, CASE)) {
      return raw[at + 1]!.toString('latin1');
    }
  }
  return undefined;
}

/** @param ignored - the bits in which they may differ */
function beginsWith(bytes: Buffer, start: Buffer, ignored: number): boolean {
  if (bytes.length < start.length) return false;
  for (let at = 0; at < start.length; at++) if ((bytes[at]! | ignored) !== (start[at]! | ignored)) return false;
  return true;
}

/** `set-cookie` and the like keep all their values. */
function recordOf(raw: readonly Buffer[]): Record<string, string | string[]> {
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
  return record;
}
