import type { HeaderMap, Invocation } from '@ts-chassis/core';

/** go-chassis's name of the cookie, and of the metadata where there are no cookies. */
export const SESSION_COOKIE = 'go-chassisLB';
/** go-chassis's name for whom a caller without a cookie speaks; an entry of the propagated context, or a header. */
export const SESSION_NAMESPACE = '_Session_Namespace';

/** go-chassis writes the name a second time into the value. */
const DOUBLED = `${SESSION_COOKIE}=`;

/** The session id that a call brings along: its own cookie or metadata, else those of the request it is made for. */
export function sessionIdOf(invocation: Invocation): string | undefined {
  for (let at: Invocation | undefined = invocation; at; at = at.parent) {
    const id = idIn(at.headers);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** Whom a call without an id is made for; `default` where nobody says. */
export function namespaceOf({ context, headers }: Invocation): string {
  return context.get(SESSION_NAMESPACE) ?? headers.get(SESSION_NAMESPACE) ?? 'default';
}

/** The value of a cookie in a `Cookie` header. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined;
  for (const part of header.split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}

/** The id that the callee itself set in its reply. */
export function idSetBy(headers: HeaderMap): string | undefined {
  for (const line of headers.all('set-cookie')) {
    const id = bare(cookieIn(line.split(';', 1)[0], SESSION_COOKIE));
    if (id !== undefined) return id;
  }
  return bare(headers.get(SESSION_COOKIE));
}

function idIn(headers: HeaderMap): string | undefined {
  return bare(cookieIn(headers.get('cookie'), SESSION_COOKIE)) ?? bare(headers.get(SESSION_COOKIE));
}

function bare(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const id = value.startsWith(DOUBLED) ? value.slice(DOUBLED.length) : value;
  // an id of ours has 44 characters; whatever is much longer is none
  return id === '' || id.length > 256 ? undefined : id;
}
