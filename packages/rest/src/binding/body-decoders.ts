import { isUtf8 } from 'node:buffer';
import { restError } from '../codes.js';
import { refuseUnsafe } from './checked-value.js';
import type { Codec, Codecs } from './codec.js';
import type { FormObject } from './form-object.js';
import { parseJsonText } from './json-text.js';
import { FORM, isJsonType } from './media-type.js';
import { parsePairs, type Pairs } from './query.js';

/** Turns the bytes of a body into what the parameters read from. */
export type BodyDecoder = (bytes: Buffer) => unknown;

/**
 * How bodies of a media type are decoded.
 *
 * @param from - codecs beside JSON; how a form becomes one object, when it shall
 */
export function bodyDecoderOf(
  type: string,
  { codecs, form }: { readonly codecs: Codecs; readonly form: FormObject | undefined },
): BodyDecoder {
  if (isJsonType(type)) return decodeJson;
  const codec = codecs.get(type);
  if (codec) return (bytes) => decodeBy(codec, bytes);
  if (type === FORM) return form ? (bytes) => form.of(decodeForm(bytes)) : decodeForm;
  return isText(type) ? decodeText : decodeBytes;
}

function isText(type: string): boolean {
  return type.startsWith('text/') || type.endsWith('+xml') || type === 'application/xml';
}

/** An empty body is no value at all, so that a body that is optional may be left out. */
export function decodeJson(bytes: Buffer): unknown {
  return bytes.length === 0 ? undefined : parseJsonText(decodeText(bytes));
}

function decodeForm(bytes: Buffer): Pairs {
  return parsePairs(decodeText(bytes), 'body');
}

function decodeText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw restError('BODY_MALFORMED', 'the body is not valid UTF-8');
  return bytes.toString('utf8');
}

function decodeBytes(bytes: Buffer): Buffer {
  return bytes;
}

function decodeBy(codec: Codec, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = codec.decode(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw restError('BODY_MALFORMED', `the body is no ${codec.types[0]}: ${why.slice(0, 100)}`);
  }
  refuseUnsafe(value);
  return value;
}
