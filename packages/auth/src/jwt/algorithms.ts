import type { KeyObject } from 'node:crypto';

const SYMMETRIC = ['HS256', 'HS384', 'HS512'] as const;
const ASYMMETRIC = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
] as const;

/**
 * How a token may be signed (RFC 7518, 3.1; RFC 8037; RFC 9864). `none` is not among them.
 *
 * @example
 * ```ts
 * const algorithms: readonly JwtAlgorithm[] = ['RS256', 'ES256'];
 * ```
 */
export type JwtAlgorithm = (typeof SYMMETRIC)[number] | (typeof ASYMMETRIC)[number];

export const SYMMETRIC_ALGORITHMS: readonly JwtAlgorithm[] = SYMMETRIC;
export const ASYMMETRIC_ALGORITHMS: readonly JwtAlgorithm[] = ASYMMETRIC;

const CURVES: Readonly<Record<string, JwtAlgorithm>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

/** The algorithms that a public or private key can be used with, the usual one first; none for a key of another sort. */
export function algorithmsOf(key: KeyObject): readonly JwtAlgorithm[] {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
    case 'ed25519':
      return ['EdDSA', 'Ed25519'];
    case 'ec': {
      const algorithm = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ''];
      return algorithm ? [algorithm] : [];
    }
    default:
      return [];
  }
}

/** Of a key for HMAC in bytes: as long as the hash at least (RFC 7518, 3.2). */
export function shortestSecret(algorithm: string): number {
  return Number(algorithm.slice(2)) / 8;
}
