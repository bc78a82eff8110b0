import { ChassisError, isReply, replyWith, type Reply } from '@ts-chassis/core';

/**
 * What a cookie says beside its value. The defaults keep it from scripts and from requests that other sites make.
 *
 * @example
 * ```ts
 * const options: CookieOptions = { maxAgeMs: 3_600_000, secure: true };
 * ```
 */
export interface CookieOptions {
  /** How long the client keeps it, in milliseconds, rounded down to seconds; 0 removes it. Default: until the browser is closed. */
  readonly maxAgeMs?: number;
  /** Until when the client keeps it; `maxAgeMs` wins where both are known. */
  readonly expires?: Date;
  /** Under which paths it is sent; default `/`. */
  readonly path?: string;
  /** To which hosts it is sent, those below included; default: only to this one. */
  readonly domain?: string;
  /** Whether it is kept from scripts; default true. */
  readonly httpOnly?: boolean;
  /** Whether it is sent over TLS only; default false, but true for `sameSite: 'none'`, `partitioned` and names that begin with `__Secure-` or `__Host-`. */
  readonly secure?: boolean;
  /** Whether requests from other sites carry it; default `lax`: only when a link is followed. */
  readonly sameSite?: 'strict' | 'lax' | 'none';
  /** Whether each site that embeds this one has a cookie of its own; default false. */
  readonly partitioned?: boolean;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const DOMAIN = /^\.?[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;
/** Printable, and no semicolon, which ends an attribute. */
const PATH = /^\/[\x20-\x3a\x3c-\x7e]*$/;

/** Longer ones browsers throw away. */
const LONGEST = 4096;

/**
 * The value of a `Set-Cookie` header (RFC 6265, 4.1). The value is percent-encoded, as `@Cookie` reads it, so that it may be any text.
 *
 * @throws ChassisError `REPLY_HEADER_INVALID` for a name, path or domain that a cookie may not have, for attributes that contradict one another
 * (`sameSite: 'none'` with `secure: false`, `__Host-` with a domain), and for more than 4096 bytes of name and value
 *
 * @example
 * ```ts
 * return withCookies(greeting, cookie('session', token, { maxAgeMs: 3_600_000, secure: true }));
 * ```
 */
export function cookie(name: string, value: string, options: CookieOptions = {}): string {
  const { path = '/', domain, httpOnly = true, sameSite = 'lax' } = options;
  if (!TOKEN.test(name)) throw invalid(name, 'a name without spaces, commas, semicolons and control characters', name);
  const pair = `${name}=${encodeURIComponent(Buffer.from(value).toString())}`;
  if (pair.length > LONGEST) throw invalid(name, `at most ${LONGEST} bytes`, pair.length);
  if (!PATH.test(path)) throw invalid(name, 'a path that begins with a slash and has no semicolon', path);
  if (domain !== undefined && !DOMAIN.test(domain)) throw invalid(name, 'a domain', domain);
  return [
    pair,
    ...lifeOf(name, options),
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    `Path=${path}`,
    ...(httpOnly ? ['HttpOnly'] : []),
    ...(isSecure(name, options) ? ['Secure'] : []),
    `SameSite=${SITES[sameSite]}`,
    ...(options.partitioned ? ['Partitioned'] : []),
  ].join('; ');
}

const SITES = { strict: 'Strict', lax: 'Lax', none: 'None' } as const;

function lifeOf(name: string, { maxAgeMs, expires }: CookieOptions): readonly string[] {
  if (maxAgeMs !== undefined && !(Number.isFinite(maxAgeMs) && maxAgeMs >= 0))
    throw invalid(name, 'maxAgeMs of 0 or more', maxAgeMs);
  if (expires !== undefined && Number.isNaN(expires.getTime())) throw invalid(name, 'a valid date in expires', expires);
  return [
    ...(maxAgeMs === undefined ? [] : [`Max-Age=${Math.floor(maxAgeMs / 1000)}`]),
    ...(expires === undefined ? [] : [`Expires=${expires.toUTCString()}`]),
  ];
}

function isSecure(name: string, options: CookieOptions): boolean {
  const isHost = name.startsWith('__Host-');
  const isDemanded =
    isHost || name.startsWith('__Secure-') || options.sameSite === 'none' || options.partitioned === true;
  if (isDemanded && options.secure === false)
    throw invalid(name, 'secure for its name, for sameSite none and for partitioned', options.secure);
  if (isHost && (options.domain !== undefined || (options.path ?? '/') !== '/'))
    throw invalid(name, 'no domain and the path / for a name with __Host-', options.domain ?? options.path);
  return isDemanded || options.secure === true;
}

/**
 * The value of a `Set-Cookie` header that removes a cookie.
 *
 * @param options - path and domain as it was set with
 * @throws ChassisError `REPLY_HEADER_INVALID` as {@link cookie}
 *
 * @example
 * ```ts
 * return withCookies(undefined, removedCookie('session'));
 * ```
 */
export function removedCookie(name: string, options: Omit<CookieOptions, 'maxAgeMs' | 'expires'> = {}): string {
  return cookie(name, '', { ...options, maxAgeMs: 0, expires: new Date(0) });
}

/**
 * A reply that sets cookies, beside those it sets already.
 *
 * @param result - a value, or a reply
 * @param cookies - as {@link cookie} makes them
 *
 * @example
 * ```ts
 * @Post('/login') @Returns(User)
 * async login(@Body() who: Login): Promise<Reply> {
 *   const { user, token } = await this.users.login(who);
 *   return withCookies(user, cookie('session', token, { secure: true }));
 * }
 * ```
 */
export function withCookies(result: unknown, ...cookies: readonly string[]): Reply {
  const reply = isReply(result) ? result : replyWith(result);
  const own = reply.headers.all('set-cookie');
  const headers = { ...reply.headers.record, 'set-cookie': [...own, ...cookies] } as Record<string, readonly string[]>;
  return replyWith(reply.value, { headers, ...(reply.status !== undefined && { status: reply.status }) });
}

function invalid(name: string, expected: string, got: unknown): ChassisError {
  const shown = (JSON.stringify(got) ?? 'nothing').slice(0, 100);
  return new ChassisError(
    'INTERNAL',
    `cookie ${JSON.stringify(name).slice(0, 60)}: expected ${expected}, got ${shown}`,
    {
      code: 'REPLY_HEADER_INVALID',
    },
  );
}
