import type { Invocation, PeerIdentity } from '@ts-chassis/core';
import { challengeOf } from '../challenge.js';
import { authError } from '../codes.js';
import { ProvenPrincipal, type Caller } from '../principal.js';
import type { AuthenticationScheme } from '../schemes/scheme.js';
import type { MtlsField, MtlsOptions } from './mtls-options.js';

/** The name of the scheme and of its handler. */
export const MTLS = 'mtlsIdentity';

const FIELDS: readonly MtlsField[] = ['spiffe', 'dns', 'commonName'];

/** The identity of a certificate that TLS verified. */
export class MtlsScheme implements AuthenticationScheme {
  readonly #fields: readonly MtlsField[];
  readonly #allow: readonly string[];
  /** A peer stays the same for a whole connection. */
  readonly #known = new WeakMap<PeerIdentity, ProvenPrincipal>();

  constructor(private readonly options: MtlsOptions & { readonly realm: string }) {
    this.#fields = [options.name ?? FIELDS].flat();
    this.#allow = options.allow ?? [];
  }

  challenge(): string {
    return challengeOf('ClientCertificate', { realm: this.options.realm });
  }

  authenticate({ source }: Invocation): Caller | undefined {
    const { peer } = source;
    if (peer === undefined) return undefined;
    let principal = this.#known.get(peer);
    if (!principal) this.#known.set(peer, (principal = new ProvenPrincipal(MTLS, this.#admitted(peer))));
    return principal;
  }

  #admitted(peer: PeerIdentity): Caller {
    const caller = (this.options.caller ?? ((given) => this.#named(given)))(peer);
    if (!caller) throw authError('CREDENTIALS_INVALID', 'the certificate names nobody');
    if (this.#allow.length > 0 && !this.#allow.some((pattern) => fits(pattern, caller.name)))
      throw authError('CALLER_NOT_ALLOWED', `"${caller.name}" is not among those that are admitted here`);
    return { claims: { ...peer }, ...caller };
  }

  #named(peer: PeerIdentity): Caller | undefined {
    for (const field of this.#fields) {
      const name = nameIn(peer, field);
      if (name === undefined || name === '') continue;
      // free text that an authority may not look at: it must not pass for an id that stands elsewhere
      if ((field === 'commonName' || field === 'dns') && name.includes('://')) continue;
      return { name, roles: this.#rolesOf(name) };
    }
    return undefined;
  }

  #rolesOf(name: string): readonly string[] {
    const entries = Object.entries(this.options.roles ?? {});
    return [...new Set(entries.flatMap(([pattern, roles]) => (fits(pattern, name) ? roles : [])))];
  }
}

function nameIn(peer: PeerIdentity, field: MtlsField): string | undefined {
  switch (field) {
    case 'spiffe':
      return peer.spiffeId;
    case 'uri':
      return peer.uris[0];
    case 'dns':
      return peer.dnsNames[0];
    case 'email':
      return peer.emails?.[0];
    default:
      return peer.commonName;
  }
}

/** Names are public: nothing is told by how long they are compared. */
function fits(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}
