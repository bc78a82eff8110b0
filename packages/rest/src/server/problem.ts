import { ChassisError } from '@ts-chassis/core';
import { STATUS_CODES } from 'node:http';
import { REST_ERRORS, type RestErrorCode } from '../codes.js';
import { STATUS_OF_KIND } from '../status.js';

/**
 * The body of an error answer: `application/problem+json` (RFC 9457) with the kind and code of the error.
 *
 * @example
 * ```ts
 * const problem = (await response.json()) as Problem;
 * if (problem.code === 'ARGUMENT_INVALID') console.log(problem.errors);
 * ```
 */
export interface Problem {
  /** Always `about:blank`: the status says what it means, `code` says the rest. */
  readonly type: string;
  /** The status in words. */
  readonly title: string;
  readonly status: number;
  /** What happened this time. */
  readonly detail: string;
  /** A code of `docs/errors.md` or of the service's own. */
  readonly code: string;
  readonly kind: string;
  /** All faults of the arguments, at most 50. */
  readonly errors?: readonly unknown[];
  /** What else the error carries. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const MOST_FAULTS = 50;
const HIDDEN = new Set(['INTERNAL', 'UNKNOWN', 'DATA_LOSS']);

/** Where an error of Express middleware carries the status that middleware chose: it may be finer than that of any code. */
export const HTTP_STATUS = Symbol('ts-chassis.http-status');

/** The status an error is answered with: that of its REST code, else that of its kind. A failure of another service keeps its kind only. */
export function statusOfError(error: ChassisError & { readonly [HTTP_STATUS]?: number }): number {
  const own = error[HTTP_STATUS];
  if (own !== undefined) return own;
  if (!error.remote && Object.hasOwn(REST_ERRORS, error.code)) return REST_ERRORS[error.code as RestErrorCode].status;
  return STATUS_OF_KIND[error.kind] ?? 500;
}

/** Whether nothing of an error may be shown: it speaks of the inside. */
export function isHidden(error: ChassisError): boolean {
  return HIDDEN.has(error.kind);
}

/** What a caller is told of an error. */
export function problemOf(error: ChassisError): Problem {
  const status = statusOfError(error);
  const common = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Client Closed Request', status };
  if (isHidden(error)) return { ...common, detail: 'internal error', code: error.kind, kind: error.kind };
  const { faults, ...details } = error.details ?? {};
  return {
    ...common,
    detail: error.message,
    code: error.code,
    kind: error.kind,
    ...(Array.isArray(faults) && { errors: faults.slice(0, MOST_FAULTS) }),
    ...(Object.keys(details).length > 0 && { details }),
  };
}

/** The problem as text; details that no JSON can hold are left out. */
export function problemText(error: ChassisError): string {
  const problem = problemOf(error);
  try {
    return JSON.stringify(problem);
  } catch {
    const { details: _, errors: __, ...rest } = problem;
    return JSON.stringify(rest);
  }
}
