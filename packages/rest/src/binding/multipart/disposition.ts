import { parseHeaderParameters } from '../media-type.js';
import { restError } from '../../codes.js';

/** What the headers of a part say. */
export interface PartHead {
  readonly name: string;
  /** Without folders and control characters; undefined for a field, empty when a form was sent without choosing a file. */
  readonly filename: string | undefined;
  /** In lower case, without parameters. */
  readonly type: string;
  readonly charset: string | undefined;
}

/** Longer names help nobody, and some file systems take no more. */
const LONGEST_NAME = 255;

/** Lists by lower-case name, as the parser gives them, one character for each byte. */
export type PartHeaders = Readonly<Record<string, readonly string[] | undefined>>;

/**
 * Reads the headers of a part (RFC 7578).
 *
 * @throws ChassisError `BODY_MALFORMED` when it is no part of a form
 */
export function partHeadOf(headers: PartHeaders): PartHead {
  const disposition = headers['content-disposition']?.[0];
  if (disposition === undefined) throw malformed('a part has no Content-Disposition');
  if (!/^\s*form-data\s*(?:;|$)/i.test(disposition)) throw malformed('a part is no form-data');
  if (isUnclosed(disposition)) throw malformed('a quote in a Content-Disposition has no end');
  const parameters = parseHeaderParameters(disposition);
  const name = parameters.get('name');
  if (name === undefined) throw malformed('a part has no name');
  refuseCoding(headers['content-transfer-encoding']?.[0]);
  const given = extendedName(parameters.get('filename*')) ?? utf8(parameters.get('filename'));
  const contentType = headers['content-type']?.[0];
  const semicolon = contentType?.indexOf(';') ?? -1;
  const type = (semicolon < 0 ? contentType : contentType!.slice(0, semicolon))?.trim().toLowerCase();
  return {
    name: utf8(name)!,
    filename: given === undefined ? undefined : safeName(given),
    type: type || (given === undefined ? 'text/plain' : 'application/octet-stream'),
    charset: contentType === undefined ? undefined : parseHeaderParameters(contentType).get('charset')?.toLowerCase(),
  };
}

/** A line that ends inside of a text, which the parser takes for the whole header. */
function isUnclosed(header: string): boolean {
  return header.replace(/\\["\\]/g, '').split('"').length % 2 === 0;
}

/** The last step of a path of any system, without what could end a line, a name or a terminal's patience. */
function safeName(given: string): string {
  const last = given.slice(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
  const printable = last.replace(/\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '').trim();
  if (printable === '.' || printable === '..') return '';
  return shortened(printable);
}

function shortened(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST_NAME) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 20 ? name.slice(dot) : '';
  let stem = '';
  let bytes = Buffer.byteLength(ending);
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > LONGEST_NAME) break;
    stem += character;
  }
  return stem + ending;
}

/** `filename*=UTF-8''a%20b.txt` (RFC 8187); what is wrong counts for nothing. */
function extendedName(value: string | undefined): string | undefined {
  const [charset, , text] = value?.split("'", 3) ?? [];
  if (text === undefined || charset?.toLowerCase() !== 'utf-8') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** RFC 7578, 4.7: parts are sent as they are. */
function refuseCoding(coding: string | undefined): void {
  if (coding === undefined || /^\s*(?:7bit|8bit|binary)\s*$/i.test(coding)) return;
  throw malformed(`a part has the Content-Transfer-Encoding ${JSON.stringify(coding.slice(0, 40))}; expected binary`);
}

function utf8(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, 'latin1').toString('utf8');
}

function malformed(what: string): Error {
  return restError('BODY_MALFORMED', `the multipart body is malformed: ${what}`);
}
