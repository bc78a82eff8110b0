import type { Socket } from 'node:net';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { PeerIdentity } from '../endpoint/peer-identity.js';

const NOBODY = Symbol('nobody');
const identities = new WeakMap<Socket, PeerIdentity | typeof NOBODY>();

/**
 * The identity of a connection's other side: of a verified certificate only, never of one that was merely shown. Read once for each connection.
 *
 * @param socket - of an accepted connection, plain or TLS, after its handshake
 * @returns undefined over a plain connection, without a certificate, and with one that was not verified
 *
 * @example
 * ```ts
 * const peer = peerOf(request.socket);
 * ```
 */
export function peerOf(socket: Socket): PeerIdentity | undefined {
  if (!(socket as TLSSocket).encrypted) return undefined;
  let identity = identities.get(socket);
  if (identity === undefined) identities.set(socket, (identity = identityOf(socket as TLSSocket)));
  return identity === NOBODY ? undefined : identity;
}

function identityOf(socket: TLSSocket): PeerIdentity | typeof NOBODY {
  if (!socket.authorized) return NOBODY;
  const certificate = socket.getPeerCertificate() as PeerCertificate | undefined;
  // Node gives an empty object for no certificate
  if (!certificate?.fingerprint256) return NOBODY;
  const names = alternativeNames(certificate.subjectaltname);
  const uris = valuesOf(names, 'URI');
  const emails = valuesOf(names, 'email');
  const commonName = first(certificate.subject.CN);
  return {
    ...(commonName && { commonName }),
    dnsNames: valuesOf(names, 'DNS'),
    uris,
    ...(uris.length === 1 && uris[0]!.startsWith('spiffe://') && { spiffeId: uris[0]! }),
    ...(emails.length > 0 && { emails }),
    issuer: first(certificate.issuer.CN) ?? first(certificate.issuer.O) ?? '',
    serialNumber: certificate.serialNumber,
    fingerprint256: certificate.fingerprint256,
    validTo: Date.parse(certificate.valid_to),
  };
}

/** A name that stands twice in a subject is a list in Node's reading. */
function first(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value;
}

function valuesOf(names: readonly (readonly [string, string])[], kind: string): readonly string[] {
  return names.filter(([of]) => of === kind).map(([, value]) => value);
}

/**
 * `DNS:a, URI:"b, c"` in parts. Node quotes, as JSON, a value that has a comma or a quote in it: cut at commas alone, a name in a URI could pass for another.
 */
function alternativeNames(text: string | undefined): (readonly [string, string])[] {
  const names: (readonly [string, string])[] = [];
  let rest = text ?? '';
  while (rest) {
    const colon = rest.indexOf(':');
    if (colon < 0) break;
    const kind = rest.slice(0, colon);
    rest = rest.slice(colon + 1);
    const end = rest.startsWith('"') ? endOfQuoted(rest) : rest.indexOf(', ');
    const value = end < 0 ? rest : rest.slice(0, end);
    names.push([kind, value.startsWith('"') ? unquoted(value) : value]);
    rest = end < 0 ? '' : rest.slice(end + 2);
  }
  return names;
}

function endOfQuoted(text: string): number {
  for (let at = 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return -1;
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return '';
  }
}
