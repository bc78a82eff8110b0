import { RegistryFailure } from '../registry-failure.js';
import { FAILURE } from '../../wire/failure-codes.js';

const JSON_TYPE = 'application/json; charset=UTF-8';
const PLAIN_TYPE = 'text/plain; charset=UTF-8';

/** What a request is answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export type Headers = Readonly<Record<string, string>>;

/** Done, and nothing to say. */
export function done(): Answer {
  return { status: 200, headers: { 'Content-Type': PLAIN_TYPE }, text: '' };
}

export function json(value: unknown, headers?: Headers): Answer {
  return jsonText(JSON.stringify(value), headers);
}

/** @param text - JSON already */
export function jsonText(text: string, headers?: Headers): Answer {
  return { status: 200, headers: { 'Content-Type': JSON_TYPE, ...headers }, text: `${text}\n` };
}

/** What the asker knows is still so. */
export function notModified(headers: Headers): Answer {
  return { status: 304, headers, text: '' };
}

export function plain(status: number, text: string): Answer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, text: `${text}\n` };
}

/** With the header of schemas, which is there and empty with a failure too. */
export function summarised(answer: () => Answer): Answer {
  let given: Answer;
  try {
    given = answer();
  } catch (error) {
    given = failed(error);
  }
  return { ...given, headers: { 'X-Schema-Summary': '', ...given.headers } };
}

/** What a failure is told as; one that nobody thought of as an internal one, without its text. */
export function failed(error: unknown): Answer {
  const failure =
    error instanceof RegistryFailure ? error : new RegistryFailure(FAILURE.internal, 'the registry failed');
  const text = `${JSON.stringify(failure.record)}\n`;
  return { status: failure.status, headers: { 'Content-Type': JSON_TYPE }, text };
}
