import { isStream } from '@ts-chassis/core';
import { fileOf } from '../binding/multipart/file-of.js';
import { writeForm, type FormEntry } from '../binding/multipart/write-multipart.js';
import { outgoingStream } from '../binding/outgoing-stream.js';
import { restError } from '../codes.js';
import type { PlannedRequest } from './request-plan.js';

/** A body for a fetched request and the header that says what it is. */
export interface FetchBody {
  readonly body: PlannedRequest['body'];
  /** Name and value in turn; empty without a body. */
  readonly headers: readonly string[];
}

/**
 * Writes what was given as the body of a fetched request.
 *
 * @throws ChassisError `FETCH_INVALID` for what JSON has no text for
 */
export function fetchBody(body: unknown): FetchBody {
  if (body === undefined) return { body: undefined, headers: [] };
  if (body instanceof Uint8Array) return typed(body, 'application/octet-stream');
  if (typeof body === 'string') return typed(body, 'text/plain;charset=UTF-8');
  if (body instanceof URLSearchParams) return typed(body.toString(), 'application/x-www-form-urlencoded');
  if (body instanceof FormData) return formBody(body);
  if (body instanceof Blob) {
    return typed(outgoingStream(body.stream() as never), body.type || 'application/octet-stream');
  }
  if (isStream(body)) return typed(outgoingStream(body as AsyncIterable<Uint8Array>), 'application/octet-stream');
  const text = JSON.stringify(body) as string | undefined;
  if (text === undefined) throw restError('FETCH_INVALID', `a body of type ${typeof body} cannot be sent`);
  return typed(text, 'application/json');
}

function typed(body: PlannedRequest['body'], type: string): FetchBody {
  return { body, headers: ['content-type', type] };
}

function formBody(form: FormData): FetchBody {
  const entries = [...form].map(([name, value]): FormEntry => {
    return [name, typeof value === 'string' ? value : fileOf(value, { filename: value.name })];
  });
  const { contentType, body } = writeForm(entries);
  return typed(body, contentType);
}
