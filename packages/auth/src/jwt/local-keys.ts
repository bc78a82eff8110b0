import { decodeProtectedHeader, errors, jwtVerify, type JWTVerifyOptions, type JWTVerifyResult } from 'jose';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { authError } from '../codes.js';
import { algorithmsOf, shortestSecret, type JwtAlgorithm } from './algorithms.js';
import type { KeySource } from './key-source.js';

const LEAST_RSA_BITS = 2048;

/** Keys that are told, not fetched; tried in turn where several fit. */
export class LocalKeys implements KeySource {
  readonly generation = 0;

  private constructor(
    private readonly keys: readonly {
      readonly key: KeyObject | Uint8Array;
      readonly algorithms: readonly JwtAlgorithm[];
    }[],
  ) {}

  /** @throws ChassisError `AUTH_INVALID` for a secret that is too short, or that is a public key: that one is no secret */
  static secret(secret: string | Uint8Array, algorithms: readonly JwtAlgorithm[]): LocalKeys {
    const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
    if (Buffer.from(key).includes('-----BEGIN'))
      throw authError(
        'AUTH_INVALID',
        'jwt.secret: expected a secret, got a key in PEM; public keys stand in publicKey',
      );
    for (const algorithm of algorithms) {
      const least = shortestSecret(algorithm);
      if (key.length >= least) continue;
      const message = `jwt.secret: expected at least ${least} bytes for ${algorithm} (RFC 7518, 3.2), got ${key.length}`;
      throw authError('AUTH_INVALID', message);
    }
    return new LocalKeys([{ key, algorithms }]);
  }

  static public(keys: readonly KeyObject[]): LocalKeys {
    return new LocalKeys(keys.map((key) => ({ key, algorithms: algorithmsOf(key) })));
  }

  isCurrent(): boolean {
    return true;
  }

  async verify(token: string, options: JWTVerifyOptions): Promise<JWTVerifyResult> {
    const { alg } = decodeProtectedHeader(token);
    let failure: unknown = new errors.JOSEAlgNotAllowed();
    // only keys that the algorithm is made for are tried: a public key is never taken for a secret
    for (const { key, algorithms } of this.keys) {
      if (!algorithms.includes(alg as JwtAlgorithm)) continue;
      try {
        return await jwtVerify(token, key, options);
      } catch (error) {
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
        failure = error;
      }
    }
    throw failure;
  }

  close(): void {}
}

/**
 * Reads a public key.
 *
 * @param where - the option or key it stands in, for messages
 * @throws ChassisError `AUTH_INVALID` for what is none, for a private key, and for a key that is too weak or of a sort no algorithm uses
 */
export function publicKeyOf(given: string | KeyObject, where: string): KeyObject {
  const key = typeof given === 'string' ? parsed(given, where) : given;
  if (key.type !== 'public') throw authError('AUTH_INVALID', `${where}: expected a public key, got a ${key.type} one`);
  const bits = key.asymmetricKeyDetails?.modulusLength;
  if (bits !== undefined && bits < LEAST_RSA_BITS)
    throw authError('AUTH_INVALID', `${where}: expected at least ${LEAST_RSA_BITS} bits, got ${bits}`);
  if (algorithmsOf(key).length === 0) {
    const got = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType;
    throw authError('AUTH_INVALID', `${where}: expected RSA, P-256, P-384, P-521 or Ed25519, got ${got}`);
  }
  return key;
}

function parsed(pem: string, where: string): KeyObject {
  // Node would make the public key of a private one, and whoever reads the configuration could sign
  if (pem.includes('PRIVATE KEY-----'))
    throw authError('AUTH_INVALID', `${where}: expected a public key, got a private one; a verifier needs none`);
  try {
    return createPublicKey(pem);
  } catch {
    throw authError('AUTH_INVALID', `${where}: expected a public key in PEM, got something that does not parse`);
  }
}
