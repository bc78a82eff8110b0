const UNTRUSTED =
  'no authority that is trusted vouches for the certificate it shows; {ssl}.caFile names those that are';
const REFUSED = 'it refuses our certificate, or wants one; {ssl}.certFile names ours';
const VERSION = 'it speaks no version of TLS that {ssl}.protocol allows';

/** Codes of Node and OpenSSL, and what they mean to who called. */
const MEANINGS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet; do the clocks of both machines agree?',
  CERT_SIGNATURE_FAILURE: 'the certificate it shows is not signed by who it says',
  INVALID_PURPOSE: 'the certificate it shows is not meant for servers',
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_UNTRUSTED: UNTRUSTED,
  INVALID_CA: UNTRUSTED,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'no TLS is spoken there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'no TLS is spoken there',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: VERSION,
  ERR_SSL_UNSUPPORTED_PROTOCOL: VERSION,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE:
    'it has no version of TLS and cipher suite in common with {ssl}, or wants a certificate',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: REFUSED,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: REFUSED,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: REFUSED,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: REFUSED,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: REFUSED,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: REFUSED,
};

/** How a connection ends that the other side, having seen our certificate, wants no more; or that is lost otherwise. */
const LOST: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/**
 * What a failure to call over TLS means, in words that name the keys to look at.
 *
 * @param error - of Node's `tls`, or of a library above it
 * @param tag - how the service is called, such as `catalog.rest.Consumer`
 * @returns undefined when it is none of TLS
 *
 * @example
 * ```ts
 * tlsFailure({ code: 'CERT_HAS_EXPIRED' }, 'catalog.rest.Consumer'); // 'the certificate has expired (CERT_HAS_EXPIRED)'
 * ```
 */
export function tlsFailure(error: unknown, tag: string): string | undefined {
  const { code, message = '' } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined) return undefined;
  if (LOST.has(code)) return `${message || code}; who wants another certificate of us ends it so (ssl.${tag}.certFile)`;
  const meaning = Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
  return meaning === undefined ? undefined : `${meaning.replaceAll('{ssl}', `ssl.${tag}`)} (${code})`;
}
