import { ChassisError, type ChassisErrorOptions } from '@ts-chassis/core';
import { STATUS_CODES } from 'node:http';
import { HTTP_STATUS } from '../server/problem.js';
import { kindOfStatus } from '../status.js';

/** What http-errors and its like put on their errors. */
interface HttpFailure {
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly expose?: unknown;
  readonly code?: unknown;
  readonly headers?: unknown;
  readonly message?: unknown;
}

/**
 * The failure that middleware means by what it throws or hands to `next`. An error with a `status` or `statusCode` from 400 on keeps that
 * status; its message is shown when it says `expose`, or says nothing and the status is below 500. All else is of the inside.
 */
export function failureOf(thrown: unknown): ChassisError {
  if (ChassisError.is(thrown)) return thrown;
  const given = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as HttpFailure;
  const status = statusIn(given.statusCode) ?? statusIn(given.status);
  if (status === undefined) return ChassisError.from(thrown);
  const isShown = given.expose === undefined ? status < 500 : given.expose === true;
  const message = isShown && typeof given.message === 'string' ? given.message : (STATUS_CODES[status] ?? 'failed');
  const error = new ChassisError(kindOfStatus(status), message, optionsOf(given, isShown, thrown));
  return Object.defineProperty(error, HTTP_STATUS, { value: status });
}

function statusIn(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599 ? value : undefined;
}

function optionsOf({ code, headers }: HttpFailure, isShown: boolean, cause: unknown): ChassisErrorOptions {
  const said = isShown && typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : undefined;
  const retryAfter = headerIn(headers, 'retry-after');
  const seconds = Number(retryAfter);
  const challenge = headerIn(headers, 'www-authenticate');
  return {
    cause,
    ...(said !== undefined && { code: said }),
    ...(retryAfter !== undefined && seconds >= 0 && { retryAfterMs: seconds * 1000 }),
    ...(challenge !== undefined && { details: { challenge } }),
  };
}

function headerIn(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] as unknown;
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}
