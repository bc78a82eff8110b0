import { numberOf, type Halves } from './numbers-64.js';
import { cutOff, skip, type Reader, type Writer } from './wire.js';

/** From year 1 to year 9999, as `google.protobuf.Timestamp` says. */
const EARLIEST_MS = -62_135_596_800_000;
const LATEST_MS = 253_402_300_799_999;

const SECONDS = 8;
const NANOS = 16;

const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.(\d+))?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const SPAN = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

/** Seconds and the billionths of one above them. */
export interface Instant {
  readonly seconds: number;
  readonly nanos: number;
}

/** What a `Date` or a text by RFC 3339 says; undefined for anything else and for years that a Timestamp has not. */
export function instantOf(value: unknown): Instant | undefined {
  const time = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : NaN;
  if (!(time >= EARLIEST_MS && time <= LATEST_MS)) return undefined;
  const seconds = Math.floor(time / 1000);
  if (typeof value !== 'string') return { seconds, nanos: (time - seconds * 1000) * 1_000_000 };
  const match = RFC3339.exec(value);
  return match ? { seconds, nanos: nanosOf(match[1] ?? '') } : undefined;
}

/** What a text as `3.5s` or a number of milliseconds says of how long something takes. */
export function spanOf(value: unknown): Instant | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) {
    const seconds = Math.trunc(value / 1000);
    return { seconds, nanos: Math.round((value - seconds * 1000) * 1_000_000) };
  }
  const match = typeof value === 'string' ? SPAN.exec(value) : null;
  if (!match) return undefined;
  const sign = match[1] === '-' ? -1 : 1;
  return { seconds: sign * Number(match[2]), nanos: sign * nanosOf(match[3] ?? '') };
}

/** The `Date` of an instant. */
export function dateOf({ seconds, nanos }: Instant): Date {
  return new Date(seconds * 1000 + Math.floor(nanos / 1_000_000));
}

/** Text by RFC 3339 in UTC, with as many digits as are needed, at least three. */
export function instantText(instant: Instant): string {
  const date = dateOf(instant);
  if (Number.isNaN(date.getTime())) return '';
  const text = date.toISOString();
  return instant.nanos % 1_000_000 === 0 ? text : `${text.slice(0, -4)}${fraction(instant.nanos)}Z`;
}

/** `3.5s`. */
export function spanText({ seconds, nanos }: Instant): string {
  const sign = seconds < 0 || nanos < 0 ? '-' : '';
  const part = nanos === 0 ? '' : `.${fraction(Math.abs(nanos)).replace(/0+$/, '')}`;
  return `${sign}${Math.abs(seconds)}${part}s`;
}

export function spanMs({ seconds, nanos }: Instant): number {
  return seconds * 1000 + nanos / 1_000_000;
}

export function writeInstant({ seconds, nanos }: Instant, writer: Writer): void {
  if (seconds !== 0) writer.uint32(SECONDS).int64(seconds);
  if (nanos !== 0) writer.uint32(NANOS).int32(nanos);
}

/** Reads the message from its length on. */
export function readInstant(reader: Reader): Instant {
  const end = reader.uint32() + reader.pos;
  if (end > reader.len) cutOff();
  let seconds = 0;
  let nanos = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === SECONDS) seconds = Number(numberOf(reader.int64() as unknown as Halves));
    else if (tag === NANOS) nanos = reader.int32();
    else skip(reader, tag);
  }
  if (reader.pos !== end) cutOff();
  return { seconds, nanos };
}

function nanosOf(digits: string): number {
  return Number(digits.slice(0, 9).padEnd(9, '0'));
}

function fraction(nanos: number): string {
  return String(nanos).padStart(9, '0');
}
