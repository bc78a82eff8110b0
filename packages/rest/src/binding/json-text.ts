import { restError } from '../codes.js';
import { DEEPEST, refusePoison } from './checked-value.js';

/**
 * Parses JSON from outside.
 *
 * @throws ChassisError `BODY_MALFORMED` when it is no JSON, nested deeper than 64, or has keys (`__proto__`, `constructor.prototype`) that
 * would reach a prototype when copied carelessly
 */
export function parseJsonText(text: string): unknown {
  if (mayBeDeep(text) && isDeep(text)) throw restError('BODY_MALFORMED', `the JSON is nested deeper than ${DEEPEST}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw restError('BODY_MALFORMED', `the body is no JSON: ${(error as Error).message.slice(0, 100)}`);
  }
  if (mayPoison(text)) refusePoison(value);
  return value;
}

/** Few opening brackets cannot nest deeply, strings included; counting them hops from one to the next. */
function mayBeDeep(text: string): boolean {
  if (text.length <= DEEPEST) return false;
  let count = 0;
  for (let at = text.indexOf('{'); at >= 0; at = text.indexOf('{', at + 1)) if (++count > DEEPEST) return true;
  for (let at = text.indexOf('['); at >= 0; at = text.indexOf('[', at + 1)) if (++count > DEEPEST) return true;
  return false;
}

function isDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 92) index++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      if (++depth > DEEPEST) return true;
    } else if (code === 125 || code === 93) depth--;
  }
  return false;
}

/** An escape may spell any name; without one the names stand there as they are. */
function mayPoison(text: string): boolean {
  return text.includes('__proto__') || text.includes('prototype') || text.includes('\\u');
}
