import { grpcError } from '../codes.js';

const MS_OF_UNIT: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/**
 * The milliseconds that `grpc-timeout` grants: up to eight digits and a unit.
 *
 * @throws ChassisError `METADATA_INVALID`
 */
export function parseTimeout(text: string): number {
  const unitMs = MS_OF_UNIT[text.slice(-1)];
  const digits = text.slice(0, -1);
  if (unitMs !== undefined && digits.length <= 8 && /^\d+$/.test(digits)) return Number(digits) * unitMs;
  throw grpcError(
    'METADATA_INVALID',
    `grpc-timeout: expected up to 8 digits and one of H, M, S, m, u, n, got ${JSON.stringify(text.slice(0, 40))}`,
  );
}
