import {
  ChassisError,
  ERROR_KINDS,
  HeaderMap,
  type ErrorKind,
  type Fault,
  type Operation,
  type Reply,
} from '@ts-chassis/core';
import type { Codec, Codecs } from '../binding/codec.js';
import { isJsonType, parseMediaType } from '../binding/media-type.js';
import { restError } from '../codes.js';
import { kindOfStatus } from '../status.js';

/**
 * What a called service answered with, behind the error made of it (`error.reply`).
 *
 * @example
 * ```ts
 * if (ChassisError.is(error) && error.remote) console.log((error.reply as RemoteReply).status);
 * ```
 */
export interface RemoteReply {
  readonly status: number;
  readonly headers: HeaderMap;
  /** As it came, unread; cut off at the limit for bodies. */
  readonly body: Uint8Array;
}

/** A complete answer as the connection gave it. */
export interface Answer extends RemoteReply {
  /** Whether its headers say plain JSON. */
  readonly isJson: boolean;
}

/**
 * A reply of a typed call from a complete answer. Text stays text, JSON and what a codec reads become a value of the declared type, anything else stays bytes.
 *
 * @param codecs - what is read beside JSON
 * @throws ChassisError `REPLY_INVALID` when the body is not what it should be
 */
export function toReply(operation: Operation, answer: Answer, codecs?: Codecs): Reply | Promise<Reply> {
  const { status, headers } = answer;
  const value = converted(operation, valueOf(operation, answer, codecs));
  return value instanceof Promise ? value.then((own) => ({ value: own, headers, status })) : { value, headers, status };
}

/** What JSON has no form for (dates, big numbers, bytes) is made again out of its text. */
export function converted(operation: Operation, value: unknown): unknown {
  const { schema } = operation.result;
  if (!schema?.converts || value === undefined) return value;
  const faults: Fault[] = [];
  const own = schema.validate(value, { place: 'result', pointer: '' }, faults);
  return own instanceof Promise
    ? own.then((settled: unknown) => checked(operation, settled, faults))
    : checked(operation, own, faults);
}

function checked(operation: Operation, value: unknown, faults: readonly Fault[]): unknown {
  if (faults.length === 0) return value;
  const [{ pointer, expected, got }] = faults as readonly [Fault];
  throw restError(
    'REPLY_INVALID',
    `${operation.id}: the reply is not what the contract says: at "${pointer}" expected ${expected}, got ${got}`,
    {
      remote: true,
    },
  );
}

function valueOf(operation: Operation, { headers, body, isJson }: Answer, codecs?: Codecs): unknown {
  if (body.length === 0) return undefined;
  if (!isJson) {
    const { type } = parseMediaType(headers.get('content-type') ?? 'application/json');
    const codec = codecs?.get(type);
    if (codec) return decodedBy(codec, operation, body);
    if (!isJsonType(type)) return type.startsWith('text/') ? textOf(body) : body;
  }
  try {
    return JSON.parse(textOf(body));
  } catch (error) {
    throw restError(
      'REPLY_INVALID',
      `${operation.id}: the reply is no JSON: ${(error as Error).message.slice(0, 100)}`,
      { remote: true },
    );
  }
}

function decodedBy(codec: Codec, { id }: Operation, body: Uint8Array): unknown {
  try {
    return codec.decode(body);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw restError('REPLY_INVALID', `${id}: the reply is no ${codec.types[0]}: ${why.slice(0, 100)}`, {
      remote: true,
    });
  }
}

/** The error that an event of a stream tells of: a problem as its data, or some text. */
export function toStreamError(operation: Operation, data: string, nowMs: number): ChassisError {
  const headers = HeaderMap.of({ 'content-type': 'application/problem+json' });
  const answer: RemoteReply = { status: 500, headers, body: Buffer.from(data) };
  const problem = problemOf(answer);
  const status = typeof problem?.['status'] === 'number' ? problem['status'] : 500;
  const reply: RemoteReply = { ...answer, status };
  return toError(operation, reply, { reply, nowMs });
}

/**
 * The error that a failure status means, without a stack: kind, code, message and details of the problem in its body when there is one,
 * else the kind of its status.
 *
 * @param reply - what stands behind the error
 * @param nowMs - wall time, for a `Retry-After` that is a date
 */
export function toError(
  operation: Operation,
  answer: RemoteReply,
  { reply, nowMs }: { reply: unknown; nowMs: number },
): ChassisError {
  const problem = problemOf(answer);
  const retryAfterMs = retryAfter(answer.headers.get('retry-after'), nowMs);
  const details = {
    ...asRecord(problem?.['details']),
    ...(Array.isArray(problem?.['errors']) && { faults: problem['errors'] }),
  };
  const detail = textIn(problem, 'detail') ?? `answered with status ${answer.status}`;
  // a callee of this framework names the operation itself
  const message = detail.startsWith(`${operation.id}: `) ? detail : `${operation.id}: ${detail}`;
  return ChassisError.withoutStack(kindIn(problem) ?? kindOfStatus(answer.status), message, {
    remote: true,
    reply,
    ...(textIn(problem, 'code') && { code: textIn(problem, 'code')! }),
    ...(Object.keys(details).length > 0 && { details }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

function problemOf({ headers, body }: RemoteReply): Readonly<Record<string, unknown>> | undefined {
  if (parseMediaType(headers.get('content-type') ?? '').type !== 'application/problem+json') return undefined;
  try {
    return asRecord(JSON.parse(textOf(body)));
  } catch {
    return undefined;
  }
}

function kindIn(problem: Readonly<Record<string, unknown>> | undefined): ErrorKind | undefined {
  return ERROR_KINDS.find((kind) => kind === problem?.['kind']);
}

function textIn(problem: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const value = problem?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** RFC 9110, 10.2.3: seconds or a date. */
function retryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function textOf(body: Uint8Array): string {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return bytes.toString('utf8');
}
