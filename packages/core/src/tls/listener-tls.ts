import { createSecureContext, type SecureContext, type Server, type TlsOptions as SecureOptions } from 'node:tls';
import type { Disposer } from '../clock/clock.js';
import type { FollowedMaterial } from './followed-material.js';
import type { Material } from './read-material.js';
import { onePerType, secureOptions } from './secure-options.js';
import type { ServerTls } from './tls-material.js';
import type { TlsOptions } from './tls-options.js';

/** The TLS of one listener, over material that follows its files. */
export class ListenerTls implements ServerTls {
  readonly #material: FollowedMaterial;
  readonly #contexts = new NamedContexts();

  constructor(
    readonly options: TlsOptions,
    material: FollowedMaterial,
  ) {
    this.#material = material;
  }

  secure(): SecureOptions {
    const { current } = this.#material;
    const { verifyPeer } = this.options;
    return {
      ...secureOptions(this.options, current, onePerType(current.pairs)),
      honorCipherOrder: true,
      requestCert: verifyPeer,
      rejectUnauthorized: verifyPeer,
      ...(current.pairs.length > 1 && {
        SNICallback: (name: string, done: (error: Error | null, context?: SecureContext) => void): void =>
          done(null, this.#contexts.of(name, this.options, this.#material.current)),
      }),
    };
  }

  follow(server: Server): Disposer {
    return this.#material.onChange(() => server.setSecureContext(this.secure()));
  }

  close(): void {
    this.#material.close();
  }
}

/** Of several certificates, those for the name that a client asks for (RFC 6066, 3). */
class NamedContexts {
  #of: Material | undefined;
  readonly #made = new Map<string, SecureContext>();

  /** Undefined for a name that no certificate bears: the first one is shown then. */
  of(name: string, options: TlsOptions, material: Material): SecureContext | undefined {
    if (this.#of !== material) this.#made.clear();
    this.#of = material;
    const pairs = onePerType(
      material.pairs.filter(({ certificates }) => certificates.parsed[0]!.checkHost(name) !== undefined),
    );
    if (pairs.length === 0) return undefined;
    // whatever clients ask for, there are no more of them than certificates
    const key = pairs.map((pair) => material.pairs.indexOf(pair)).join();
    let context = this.#made.get(key);
    if (!context)
      this.#made.set(
        key,
        (context = createSecureContext({ ...secureOptions(options, material, pairs), honorCipherOrder: true })),
      );
    return context;
  }
}
