import { coreError } from '../errors/core-error.js';
import { nearestName } from '../errors/nearest-name.js';
import type { Cipher } from './cipher.js';

/**
 * What {@link Ciphers} are made of.
 *
 * @example
 * ```ts
 * const options: CiphersOptions = { makers: new Map([['default', () => plainCipher]]), chosen: () => 'default' };
 * ```
 */
export interface CiphersOptions {
  /** Each is asked once, when its cipher is first needed. */
  readonly makers: ReadonlyMap<string, () => Cipher>;
  /** The name of the one that is used where none is named. */
  chosen(): string;
  /** Takes what {@link Ciphers.decrypt} gives, to keep it out of logs. */
  remember?(secret: string): void;
}

/**
 * The ciphers of one application, by name: `default`, `aes-gcm` and those of plug-ins. Each is made when it is first asked for.
 *
 * @example
 * ```ts
 * const passphrase = await services.ciphers.get('aes-gcm').decrypt(text);
 * ```
 */
export class Ciphers {
  readonly #options: CiphersOptions;
  readonly #made = new Map<string, Cipher>();

  /** Made by the application; see `Services.ciphers`. */
  constructor(options: CiphersOptions) {
    this.#options = options;
  }

  /** Every name there is. */
  get names(): readonly string[] {
    return [...this.#options.makers.keys()];
  }

  /** The name that `servicecomb.cipher.plugin` says: the cipher of what names none (go-chassis's key). */
  get chosen(): string {
    return this.#options.chosen();
  }

  /**
   * The cipher of a name.
   *
   * @param name - as a configuration key says it
   * @param askedBy - that key, for the message; where it is given, the start tells the file and line of it too
   * @throws ChassisError `CIPHER_UNKNOWN` when there is none of that name; whatever the maker of a cipher throws
   */
  get(name: string, askedBy?: string): Cipher {
    let cipher = this.#made.get(name);
    if (!cipher) this.#made.set(name, (cipher = this.#maker(name, askedBy)()));
    return cipher;
  }

  /**
   * Decrypts a secret of the configuration. What comes out is kept out of the logs and dumps of the application from then on; for texts of another
   * origin, of which there may be any number, ask the cipher itself.
   *
   * @param by - the cipher's name, and the key that says it, for messages
   * @throws ChassisError `CIPHER_UNKNOWN`; whatever the cipher throws
   */
  async decrypt(text: string, by: { readonly cipher: string; readonly askedBy?: string }): Promise<string> {
    const secret = await this.get(by.cipher, by.askedBy).decrypt(text);
    this.#options.remember?.(secret);
    return secret;
  }

  /**
   * Makes sure that there is a cipher, without making it.
   *
   * @throws ChassisError `CIPHER_UNKNOWN`, as {@link get}
   */
  require(name: string, askedBy?: string): void {
    this.#maker(name, askedBy);
  }

  #maker(name: string, askedBy: string | undefined): () => Cipher {
    const make = this.#options.makers.get(name);
    if (make) return make;
    const nearest = nearestName(name, this.names);
    const asked = askedBy === undefined ? '' : `${askedBy}: `;
    const meant = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
    const known = this.names.join(', ');
    throw coreError(
      'CIPHER_UNKNOWN',
      `${asked}no cipher is called "${name.slice(0, 64)}"; expected one of ${known}${meant}`,
    );
  }
}
