import type { Codec, Codecs } from '../binding/codec.js';
import { isJsonType, parseMediaType } from '../binding/media-type.js';
import { isCompressible } from './compressible.js';

/** How the items of a stream stand one behind another. */
export type Framing = 'array' | 'lines' | 'events' | 'raw';

/** One of the forms in which an operation can answer, decided once. */
export interface Representation {
  /** The media type without parameters, in lower case; with a `*` where the reply itself says what it is. */
  readonly type: string;
  /** As it stands in the header, with its charset. */
  readonly contentType: string;
  /** Values are written as JSON, or as a codec writes what JSON would, not as they are. */
  readonly isStructured: boolean;
  /** Turns what JSON would write into bytes; undefined for JSON and for what leaves as it is. */
  readonly codec: Codec | undefined;
  readonly framing: Framing;
  readonly isCompressible: boolean;
}

const FRAMINGS: Readonly<Record<string, Framing>> = {
  'application/x-ndjson': 'lines',
  'application/jsonl': 'lines',
  'text/event-stream': 'events',
};

/**
 * The form that a media type stands for.
 *
 * @param header - the type as it is declared, with parameters or without
 */
export function representationOf(header: string, codecs: Codecs): Representation {
  const { type } = parseMediaType(header);
  const codec = isJsonType(type) ? undefined : codecs.get(type);
  const framing = isJsonType(type) ? 'array' : (FRAMINGS[type] ?? 'raw');
  return {
    type,
    contentType: type.includes('*') ? 'application/octet-stream' : contentTypeOf(header, framing),
    isStructured: framing !== 'raw' || codec !== undefined,
    codec,
    framing,
    isCompressible: isCompressible(type),
  };
}

/** Text is UTF-8; events always are and say nothing of it. */
function contentTypeOf(header: string, framing: Framing): string {
  return header.startsWith('text/') && !header.includes(';') && framing !== 'events'
    ? `${header}; charset=utf-8`
    : header;
}
