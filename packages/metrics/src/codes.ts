import { ChassisError, type ErrorCode } from '@ts-chassis/core';

/**
 * The codes that metrics throw, beside those of core.
 *
 * @example
 * ```ts
 * console.log(METRICS_ERRORS.METRIC_INVALID.remedy);
 * ```
 */
export const METRICS_ERRORS = {
  METRIC_INVALID: {
    kind: 'FAILED_PRECONDITION',
    when: 'an instrument is declared in a way that Prometheus refuses, twice in different ways, or bound to other labels than its own',
    remedy: 'Follow the message: it names the instrument and what was expected.',
  },
} as const satisfies Record<string, ErrorCode>;

/**
 * The codes of {@link METRICS_ERRORS}.
 *
 * @example
 * ```ts
 * const code: MetricsErrorCode = 'METRIC_INVALID';
 * ```
 */
export type MetricsErrorCode = keyof typeof METRICS_ERRORS;

/** A `ChassisError` with a code of the table. */
export function metricsError(code: MetricsErrorCode, message: string): ChassisError {
  return new ChassisError(METRICS_ERRORS[code].kind, message, { code });
}
