import type { Clock, Logger } from '@ts-chassis/core';
import { readFileSync } from 'node:fs';
import { authError } from '../codes.js';
import { ASYMMETRIC_ALGORITHMS, algorithmsOf, SYMMETRIC_ALGORITHMS, type JwtAlgorithm } from './algorithms.js';
import type { JwksOptions, JwtOptions } from './jwt-options.js';
import type { JwtValues } from './jwt-section.js';
import type { KeySource } from './key-source.js';
import { LocalKeys, publicKeyOf } from './local-keys.js';
import { RemoteKeys } from './remote-keys.js';

/** What keys and tokens are judged with. */
export interface JwtSettings {
  readonly keys: KeySource;
  readonly algorithms: readonly JwtAlgorithm[];
}

const REMOTE: readonly JwtAlgorithm[] = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];

const JWKS: Required<JwksOptions> = {
  cacheMs: 600_000,
  coolDownMs: 30_000,
  maxStaleMs: 3_600_000,
  timeoutMs: 5000,
  maxBytes: 512 * 1024,
  allowPlainHttp: false,
  fetch: (url, options) => fetch(url, options),
};

/** What the code says, and over it what the configuration says; keys are taken from one of the two. */
export function mergedJwt(options: JwtOptions, values: JwtValues): JwtOptions {
  const { secret, publicKey, publicKeyFile, jwksUrl, ...others } = values;
  const files = publicKeyFile.map((file) => contentOf(file));
  const keys = [...publicKey, ...files];
  const isSaid = secret !== '' || keys.length > 0 || jwksUrl !== '';
  const { secret: _, publicKey: __, jwksUrl: ___, ...rest } = options;
  const said = Object.entries(others).filter(([, value]) => !Array.isArray(value) || value.length > 0);
  return {
    ...(isSaid
      ? { ...rest, ...(secret && { secret }), ...(keys.length > 0 && { publicKey: keys }), ...(jwksUrl && { jwksUrl }) }
      : options),
    ...Object.fromEntries(said),
  };
}

/**
 * Reads keys and algorithms and refuses what does not go together.
 *
 * @throws ChassisError `AUTH_INVALID`
 */
export function jwtSettings(options: JwtOptions, { clock, logger }: { clock: Clock; logger: Logger }): JwtSettings {
  const { secret, publicKey, jwksUrl, algorithms = [], clockSkewMs = 0, maxTokenLength = 1 } = options;
  checkBounds({ clockSkewMs, maxTokenLength });
  const given = Object.entries({ secret, publicKey, jwksUrl }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const got = given.length === 0 ? 'none' : given.map(([name]) => name).join(' and ');
    throw authError('AUTH_INVALID', `jwt: expected one of secret, publicKey and jwksUrl, got ${got}`);
  }
  if (secret !== undefined) {
    const accepted = checked(algorithms, SYMMETRIC_ALGORITHMS, 'a secret') ?? ['HS256'];
    return { keys: LocalKeys.secret(secret, accepted), algorithms: accepted };
  }
  if (publicKey !== undefined) {
    const keys = [publicKey].flat().map((key, at) => publicKeyOf(key, `jwt.publicKey[${at}]`));
    if (keys.length === 0) throw authError('AUTH_INVALID', 'jwt.publicKey: expected a key, got an empty list');
    const fitting = [...new Set(keys.flatMap(algorithmsOf))];
    const usual = keys.flatMap((key) => (key.asymmetricKeyType === 'rsa' ? ['RS256' as const] : algorithmsOf(key)));
    const accepted = checked(algorithms, fitting, 'these public keys') ?? [...new Set(usual)];
    return { keys: LocalKeys.public(keys), algorithms: accepted };
  }
  const jwks = { ...JWKS, ...options.jwks };
  const url = checkedUrl(jwksUrl!, jwks.allowPlainHttp);
  const accepted = checked(algorithms, ASYMMETRIC_ALGORITHMS, 'published keys') ?? REMOTE;
  return { keys: new RemoteKeys({ url, clock, logger }, jwks), algorithms: accepted };
}

/** An algorithm that a key is not made for is how one is taken for another (RFC 8725, 3.1). */
function checked(
  algorithms: readonly JwtAlgorithm[],
  fitting: readonly JwtAlgorithm[],
  keys: string,
): readonly JwtAlgorithm[] | undefined {
  for (const algorithm of algorithms) {
    if (fitting.includes(algorithm)) continue;
    const got = JSON.stringify(algorithm);
    throw authError('AUTH_INVALID', `jwt.algorithms: expected of ${keys} ${fitting.join(', ')}, got ${got}`);
  }
  return algorithms.length === 0 ? undefined : algorithms;
}

/** With a skew that is no number no comparison holds, and tokens would never end. */
function checkBounds(bounds: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(bounds))
    if (!Number.isFinite(value) || value < 0)
      throw authError('AUTH_INVALID', `jwt.${name}: expected a number of 0 or more, got ${value}`);
}

function checkedUrl(url: string, allowPlainHttp: boolean): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isLocal = parsed !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname);
  if (parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && (isLocal || allowPlainHttp))) return url;
  throw authError(
    'AUTH_INVALID',
    `jwt.jwksUrl: expected an https address (http for this host, or with jwks.allowPlainHttp), got ${JSON.stringify(parsed?.origin ?? url.slice(0, 64))}`,
  );
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'it cannot be read';
    throw authError(
      'AUTH_INVALID',
      `servicecomb.authentication.jwt.publicKeyFile: ${file}: expected a file, got ${why}`,
    );
  }
}
