import { ChassisError, type Clock, type Invocation } from '@ts-chassis/core';
import { errors, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { createHash } from 'node:crypto';
import { challengeOf } from '../challenge.js';
import { authError } from '../codes.js';
import { ProvenPrincipal, type Caller } from '../principal.js';
import { Recent } from '../recent.js';
import { credentialsIn } from '../schemes/authorization-header.js';
import type { AuthenticationScheme } from '../schemes/scheme.js';
import { callerOf } from './caller-of.js';
import type { JwtOptions } from './jwt-options.js';
import type { JwtSettings } from './jwt-settings.js';

const DEFAULT_SKEW_MS = 30_000;
const DEFAULT_TOKEN_LENGTH = 8192;
const DEFAULT_CACHE = 1000;
/** A remembered token is verified anew after this time, whatever its own end. */
const REMEMBERED_MS = 300_000;

interface Verified {
  readonly principal: ProvenPrincipal;
  readonly generation: number;
  /** Wall milliseconds. */
  readonly until: number;
}

/** The name of the scheme and of its handler, as in go-chassis. */
export const JWT = 'jwt';

/** Tokens in `Authorization: Bearer` (RFC 6750, RFC 7519; judged as RFC 8725 advises). */
export class JwtScheme implements AuthenticationScheme {
  readonly readsAuthorization = true;
  readonly #verified: Recent<Verified> | undefined;
  readonly #verifyOptions: JWTVerifyOptions;
  readonly #skewMs: number;
  readonly #longest: number;

  constructor(
    private readonly settings: JwtSettings,
    private readonly options: JwtOptions & { readonly realm: string },
    private readonly clock: Clock,
  ) {
    const { cache = DEFAULT_CACHE, issuer, audience, type, requireExpiry = true } = options;
    this.#skewMs = options.clockSkewMs ?? DEFAULT_SKEW_MS;
    this.#longest = options.maxTokenLength ?? DEFAULT_TOKEN_LENGTH;
    if (cache !== false && cache > 0) this.#verified = new Recent(cache);
    this.#verifyOptions = {
      algorithms: [...settings.algorithms],
      clockTolerance: this.#skewMs / 1000,
      ...(issuer !== undefined && { issuer: [issuer].flat() }),
      ...(audience !== undefined && { audience: [audience].flat() }),
      ...(type !== undefined && { typ: type }),
      ...(requireExpiry && { requiredClaims: ['exp'] }),
    };
  }

  challenge(failure?: Error): string {
    const { realm } = this.options;
    return challengeOf('Bearer', {
      realm,
      ...(failure && { error: 'invalid_token', error_description: failure.message }),
    });
  }

  authenticate({ headers }: Invocation): Caller | undefined | Promise<Caller> {
    const token = credentialsIn(headers, 'bearer');
    if (token === undefined) return undefined;
    if (token.length > this.#longest) throw invalid(`the token is longer than ${this.#longest} characters`);
    if (this.#verified === undefined) return this.#verify(token);
    const hash = createHash('sha256').update(token).digest('base64');
    const known = this.#verified.get(hash);
    if (known && this.#holds(known)) return known.principal;
    return this.#verify(token, hash);
  }

  close(): void {
    this.settings.keys.close();
  }

  #holds({ generation, until }: Verified): boolean {
    const { keys } = this.settings;
    return keys.isCurrent() && keys.generation === generation && this.clock.now() < until;
  }

  async #verify(token: string, hash?: string): Promise<ProvenPrincipal> {
    const now = this.clock.now();
    const claims = await this.#claimsOf(token, now);
    const { iat } = claims;
    if (iat !== undefined && (typeof iat !== 'number' || iat * 1000 > now + this.#skewMs))
      throw invalid('the token was issued in the future');
    const caller = callerOf(claims, this.options);
    if (!caller) throw invalid('the token names nobody');
    const principal = new ProvenPrincipal(JWT, { claims, ...caller });
    if (hash !== undefined) this.#remember(hash, principal, { now, exp: claims.exp });
    return principal;
  }

  async #claimsOf(token: string, now: number): Promise<JWTPayload> {
    try {
      const options = { ...this.#verifyOptions, currentDate: new Date(now) };
      return (await this.settings.keys.verify(token, options)).payload;
    } catch (error) {
      throw ChassisError.is(error) ? error : invalid(reasonOf(error));
    }
  }

  #remember(hash: string, principal: ProvenPrincipal, { now, exp }: { now: number; exp: number | undefined }): void {
    const end = exp === undefined ? Infinity : exp * 1000 + this.#skewMs;
    const until = Math.min(end, now + REMEMBERED_MS);
    this.#verified!.set(hash, { principal, generation: this.settings.keys.generation, until });
  }
}

function invalid(reason: string): ChassisError {
  return authError('CREDENTIALS_INVALID', reason);
}

/** In words of ours: jose's may hold what the token says, and quotes, which the challenge must not (RFC 6750, 3). */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'the token has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return `the token has no claim ${error.claim}`;
    if (error.claim === 'nbf' && error.reason === 'check_failed') return 'the token is not valid yet';
    return `the claim ${error.claim} of the token is not what is expected`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'the algorithm of the token is not accepted';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature of the token does not match';
  if (error instanceof errors.JWKSNoMatchingKey) return 'no key fits the token';
  return 'the token is malformed';
}
