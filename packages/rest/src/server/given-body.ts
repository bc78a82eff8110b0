import type { Operation } from '@ts-chassis/core';
import type { IncomingMessage } from 'node:http';
import { parseJsonText } from '../binding/json-text.js';
import { isJsonType, parseMediaType } from '../binding/media-type.js';
import type { Pairs } from '../binding/query.js';
import { restError } from '../codes.js';

/** A body that middleware has read already. */
export interface GivenBody {
  /** What the parameters read from. */
  readonly value: unknown;
}

/**
 * What middleware left in `request.body`; undefined when it left the body unread. JSON that it left as bytes is parsed. Arguments
 * are validated as ever.
 *
 * @throws ChassisError `BODY_TAKEN` when the body was read and nothing was left of it; `BODY_MALFORMED` for JSON that is none
 */
export function givenBody(request: IncomingMessage, operation: Operation): GivenBody | undefined {
  const { body } = request as { readonly body?: unknown };
  if (body === undefined) {
    if (!request.readableDidRead) return undefined;
    throw restError('BODY_TAKEN', `${operation.id}: middleware read the body and left nothing in request.body`);
  }
  if (operation.parameters.some(({ place }) => place === 'form' || place === 'file')) return { value: pairsOf(body) };
  return { value: body instanceof Uint8Array && isJson(request) ? parsed(body) : body };
}

function isJson({ headers }: IncomingMessage): boolean {
  return isJsonType(parseMediaType(headers['content-type'] ?? '').type);
}

function parsed(bytes: Uint8Array): unknown {
  return parseJsonText(Buffer.from(bytes).toString('utf8'));
}

/** As our own reader gives the fields of a form; a field with fields of its own (`a[b]=1`) is left out: no parameter could name it. */
function pairsOf(body: unknown): Pairs {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    [value as unknown].flat().flatMap((one) => (typeof one === 'string' ? [name, one] : [])),
  );
}
