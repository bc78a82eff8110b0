import { SignJWT } from 'jose';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { authError } from '../codes.js';
import { algorithmsOf, shortestSecret, SYMMETRIC_ALGORITHMS, type JwtAlgorithm } from './algorithms.js';

/**
 * How tokens are issued. One of `secret` and `privateKey` is given.
 *
 * @example
 * ```ts
 * const options: JwtIssuerOptions = { privateKey: pem, issuer: 'shop', audience: 'shop', lifetimeMs: 900_000 };
 * ```
 */
export interface JwtIssuerOptions {
  /** For HS256, HS384 and HS512: 32, 48, 64 bytes at least. Text counts as UTF-8. */
  readonly secret?: string | Uint8Array;
  /** For the other algorithms, PEM (PKCS#8) or `KeyObject`. */
  readonly privateKey?: string | KeyObject;
  /** Default HS256 with a secret, else the usual one of the key: RS256, ES256, ES384, ES512, EdDSA. */
  readonly algorithm?: JwtAlgorithm;
  /** Names the key to whoever verifies (`kid`). Default not said. */
  readonly keyId?: string;
  readonly issuer?: string;
  readonly audience?: string | readonly string[];
  /** How long a token is valid, more than 0. Default 15 minutes. */
  readonly lifetimeMs?: number;
  /** Wall milliseconds; that of the application's `Clock`. */
  readonly clock: { now(): number };
}

/**
 * Whom a token is issued to.
 *
 * @example
 * ```ts
 * const subject: TokenSubject = { name: 'ann', roles: ['editor'], claims: { tenant: 'acme' } };
 * ```
 */
export interface TokenSubject {
  /** The claim `sub`. */
  readonly name: string;
  /** The claim `roles`. Default none. */
  readonly roles?: readonly string[];
  /** More claims; they do not replace those that the issuer writes. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/**
 * Issues tokens that the scheme `jwt` reads.
 *
 * @example
 * ```ts
 * const token = await issuer.issue({ name: 'ann', roles: ['editor'] });
 * ```
 */
export interface JwtIssuer {
  issue(subject: TokenSubject): Promise<string>;
}

/**
 * Makes an issuer of tokens, for a login of one's own (go-chassis's token manager).
 *
 * @param options - key, algorithm, issuer, audience and lifetime
 * @throws ChassisError `AUTH_INVALID` for a key that is none, too short or not made for the algorithm, and for a lifetime that is none
 *
 * @example
 * ```ts
 * const issuer = jwtIssuer({ secret, issuer: 'shop', lifetimeMs: 900_000, clock });
 * const token = await issuer.issue({ name: 'ann', roles: ['editor'] });
 * ```
 */
export function jwtIssuer(options: JwtIssuerOptions): JwtIssuer {
  const { key, fitting } = keyOf(options);
  const algorithm = options.algorithm ?? fitting[0]!;
  if (!fitting.includes(algorithm)) {
    const got = JSON.stringify(algorithm);
    throw authError('AUTH_INVALID', `jwtIssuer.algorithm: expected of this key ${fitting.join(', ')}, got ${got}`);
  }
  if (key instanceof Uint8Array && key.length < shortestSecret(algorithm)) {
    const expected = `at least ${shortestSecret(algorithm)} bytes for ${algorithm}`;
    throw authError('AUTH_INVALID', `jwtIssuer.secret: expected ${expected}, got ${key.length}`);
  }
  const { keyId, issuer, audience, lifetimeMs = 900_000, clock } = options;
  if (!Number.isFinite(lifetimeMs) || lifetimeMs <= 0 || lifetimeMs > Number.MAX_SAFE_INTEGER) {
    const message = `jwtIssuer.lifetimeMs: expected milliseconds, more than 0, got ${String(lifetimeMs)}`;
    throw authError('AUTH_INVALID', message);
  }
  return {
    issue: ({ name, roles = [], claims = {} }) => {
      const now = Math.floor(clock.now() / 1000);
      const token = new SignJWT({ ...claims, roles: [...roles] })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) })
        .setSubject(name)
        .setIssuedAt(now)
        .setExpirationTime(now + Math.ceil(lifetimeMs / 1000));
      if (issuer !== undefined) token.setIssuer(issuer);
      if (audience !== undefined) token.setAudience([audience].flat());
      return token.sign(key);
    },
  };
}

interface SigningKey {
  readonly key: KeyObject | Uint8Array;
  readonly fitting: readonly JwtAlgorithm[];
}

function keyOf({ secret, privateKey }: JwtIssuerOptions): SigningKey {
  if ((secret === undefined) === (privateKey === undefined))
    throw authError('AUTH_INVALID', 'jwtIssuer: expected one of secret and privateKey, got none or both');
  if (secret !== undefined) {
    const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
    return { key, fitting: SYMMETRIC_ALGORITHMS };
  }
  const key = typeof privateKey === 'string' ? parsed(privateKey) : privateKey!;
  const fitting = key.type === 'private' ? algorithmsOf(key) : [];
  if (fitting.length === 0)
    throw authError('AUTH_INVALID', 'jwtIssuer.privateKey: expected a private RSA, EC or Ed25519 key, got another');
  return { key, fitting };
}

function parsed(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw authError('AUTH_INVALID', 'jwtIssuer.privateKey: expected PEM (PKCS#8), got something that does not parse');
  }
}
