import { TraceContext } from '../span/trace-context.js';
import { isHexAt, isIdAt } from './hex.js';
import type { HeaderRecord, MutableHeaders, TraceFormat } from './trace-format.js';

const PARENT = 'traceparent';
const STATE = 'tracestate';
/** `00-` trace id `-` span id `-` flags. */
const LENGTH = 55;
/** What a later version may add is not ours to read; more than this nobody needs. */
const LONGEST = 512;
/** W3C Trace Context, 3.3.1.1 and 3.3.1.5. */
const MOST_STATE_MEMBERS = 32;
const LONGEST_STATE = 512;
/** The last bit of the flags. */
const SAMPLED_DIGIT = /[13579bdf]/;
const PRINTABLE = /^[\x20-\x7e\t]*$/;

/** `traceparent` and `tracestate` of the W3C's Trace Context. */
export const w3c: TraceFormat = { read, write };

function read(headers: HeaderRecord): TraceContext | undefined {
  const text = headers[PARENT];
  if (typeof text !== 'string' || !isWellFormed(text)) return undefined;
  const state = headers[STATE];
  return new TraceContext({
    traceId: text.slice(3, 35),
    spanId: text.slice(36, 52),
    sampled: SAMPLED_DIGIT.test(text[54]!),
    ...(state !== undefined && { state: readState(state) }),
  });
}

/** Of a later version the part known is read, as the specification asks. */
function isWellFormed(text: string): boolean {
  if (text.length < LENGTH || text.length > LONGEST) return false;
  if (text[2] !== '-' || text[35] !== '-' || text[52] !== '-') return false;
  if (!isHexAt(text, 0, 2) || !isHexAt(text, 53, 55) || text.startsWith('ff')) return false;
  if (!isIdAt(text, 3, 35) || !isIdAt(text, 36, 52)) return false;
  return text.length === LENGTH || (!text.startsWith('00') && text[LENGTH] === '-');
}

/** What others put there is passed on whole or, when it is too much or no header text, not at all. */
function readState(value: string | readonly string[]): string {
  const text = typeof value === 'string' ? value : value.join(',');
  if (text === '' || text.length > LONGEST_STATE || !PRINTABLE.test(text)) return '';
  return text.split(',').length > MOST_STATE_MEMBERS ? '' : text;
}

function write(context: TraceContext, headers: MutableHeaders): void {
  const traceId = context.traceId.padStart(32, '0');
  headers[PARENT] = `00-${traceId}-${context.spanId}-${context.sampled === true ? '01' : '00'}`;
  if (context.state !== '') headers[STATE] = context.state;
}
