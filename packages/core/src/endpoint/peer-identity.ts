/**
 * Who the other side of a connection is, by the certificate it was verified with.
 *
 * @example
 * ```ts
 * if (invocation.source.peer?.spiffeId !== 'spiffe://shop.example/orders') throw new PermissionDenied('orders only');
 * ```
 */
export interface PeerIdentity {
  /** The subject's common name. */
  readonly commonName?: string;
  /** DNS names of the subject alternative name. */
  readonly dnsNames: readonly string[];
  /** URIs of the subject alternative name. */
  readonly uris: readonly string[];
  /** The one URI, where it begins with `spiffe://`; absent when there are several (SPIFFE X.509-SVID, 2). */
  readonly spiffeId?: string;
  /** Mail addresses of the subject alternative name; absent when there are none. */
  readonly emails?: readonly string[];
  /** Common name of the issuer, else its organisation, else empty. */
  readonly issuer: string;
  /** In hexadecimal digits. */
  readonly serialNumber: string;
  /** SHA-256 of the certificate, pairs of hexadecimal digits with colons between. */
  readonly fingerprint256: string;
  /** End of validity, wall milliseconds since the epoch. */
  readonly validTo: number;
}
