import { countOf, isRecord } from '../wire/read-json.js';

const HOUR_MS = 3_600_000;

/** Where a token does not say, or says what cannot be: that of go-chassis. */
const DEFAULT_MS = 10 * HOUR_MS;
const LONGEST_MS = 24 * HOUR_MS;

/**
 * How long a token lives from now on, in milliseconds. By what it says itself (RFC 7519): from `iat` to `exp`, which holds when the clocks
 * of the two machines differ; without `iat`, until `exp` by our own clock.
 */
export function tokenLifetimeMs(token: string, nowMs: number): number {
  const claims = claimsOf(token);
  const exp = countOf(claims?.['exp']);
  if (exp === undefined) return DEFAULT_MS;
  const iat = countOf(claims?.['iat']);
  const lifetimeMs = exp * 1000 - (iat === undefined ? nowMs : iat * 1000);
  if (lifetimeMs <= 0) return DEFAULT_MS;
  return Math.min(lifetimeMs, LONGEST_MS);
}

function claimsOf(token: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return isRecord(claims) ? claims : undefined;
  } catch {
    return undefined;
  }
}
