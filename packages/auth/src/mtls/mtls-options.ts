import type { PeerIdentity } from '@ts-chassis/core';
import type { Caller } from '../principal.js';

/**
 * Which part of a certificate names the caller: the SPIFFE id, the first URI, DNS name or mail address of the subject alternative name, or the common name.
 *
 * @example
 * ```ts
 * const field: MtlsField = 'spiffe';
 * ```
 */
export type MtlsField = 'spiffe' | 'uri' | 'dns' | 'email' | 'commonName';

/**
 * Which certificates prove who calls. They are verified by TLS before (`ssl.{listener}.Provider.verifyPeer: true`); here the caller is named.
 *
 * @example
 * ```ts
 * const options: MtlsOptions = { allow: ['spiffe://shop.example/*'], roles: { 'spiffe://shop.example/orders': ['buyer'] } };
 * ```
 */
export interface MtlsOptions {
  /** Where the name is looked for, in this order. Default `spiffe`, `dns`, `commonName`. */
  readonly name?: MtlsField | readonly MtlsField[];
  /** Who is admitted, by name; a star at the end stands for any rest. Others get `PERMISSION_DENIED`. Default all that the CA vouches for. */
  readonly allow?: readonly string[];
  /** Roles by name; a star at the end stands for any rest, and all that fit are joined. Default none. */
  readonly roles?: Readonly<Record<string, readonly string[]>>;
  /** Makes the caller from the certificate, in place of `name` and `roles`; undefined: it is refused. */
  readonly caller?: (peer: PeerIdentity) => Caller | undefined;
  /** The realm in challenges. Default the realm of `auth`. */
  readonly realm?: string;
}
