import { ChassisError } from '../errors/chassis-error.js';
import type { SecretTexts } from '../security/secret-texts.js';
import type { Decrypted, DecryptedTexts } from './decrypted-texts.js';
import { encryptedTexts, readEncrypted } from './encrypted-text.js';

/** How the texts in `cipher(...)` are decrypted. */
export interface Decryption {
  /**
   * @param cipher - its name; undefined for the one that is used where none is named
   * @throws or rejects: no such cipher, or a text that it cannot decrypt
   */
  decrypt(cipher: string | undefined, text: string): string | Promise<string>;
  /** Takes every decrypted text, to keep it out of what is shown. */
  readonly secrets: SecretTexts;
}

/** So many at a time may wait for an answer. */
const WORKERS = 16;
/** So many are decrypted at once; of more, other work has its turn between. */
const AT_ONCE = 200;

/** Decrypts what sources hold. What a source held before is not decrypted again. */
export class Decrypting {
  /** @param decryption - undefined: texts stay as they are written */
  constructor(private readonly decryption: Decryption | undefined) {}

  /**
   * What the encrypted texts of a tree mean. Known at once where there are few, and their ciphers answer at once; a promise otherwise, which never
   * rejects.
   *
   * @param before - what the texts of this source meant before; a text that could not be decrypted is tried again
   */
  read(values: object, before: DecryptedTexts): DecryptedTexts | Promise<DecryptedTexts> {
    const { known, fresh } = this.#look(values, before);
    for (const [index, written] of fresh.entries()) {
      const decrypted = index < AT_ONCE ? this.#decrypt(written) : undefined;
      if (decrypted && !(decrypted instanceof Promise)) known.set(written, decrypted);
      else return this.#rest({ fresh: fresh.slice(index), begun: decrypted, known });
    }
    return known;
  }

  /** As `read`, for whoever cannot wait: a cipher that answers later counts as one that cannot decrypt. */
  readNow(values: object, before: DecryptedTexts): DecryptedTexts {
    const { known, fresh } = this.#look(values, before);
    for (const written of fresh) {
      const decrypted = this.#decrypt(written);
      known.set(written, decrypted instanceof Promise ? TOO_LATE : decrypted);
    }
    return known;
  }

  #look(values: object, before: DecryptedTexts): { known: Map<string, Decrypted>; fresh: string[] } {
    const known = new Map<string, Decrypted>();
    const fresh: string[] = [];
    for (const written of this.decryption ? encryptedTexts(values) : []) {
      const decrypted = before.get(written);
      if (decrypted && 'text' in decrypted) known.set(written, decrypted);
      else fresh.push(written);
    }
    return { known, fresh };
  }

  /** A few at a time, each after another. */
  async #rest(left: {
    readonly fresh: readonly string[];
    /** The first, if it is under way. */
    readonly begun: Promise<Decrypted> | undefined;
    readonly known: Map<string, Decrypted>;
  }): Promise<DecryptedTexts> {
    let begun = left.begun;
    let count = 0;
    const written = left.fresh.values();
    const work = async (): Promise<void> => {
      for (const text of written) {
        const decrypted = begun ?? this.#decrypt(text);
        begun = undefined;
        left.known.set(text, decrypted instanceof Promise ? await decrypted : decrypted);
        count += 1;
        if (count % AT_ONCE === 0) await new Promise<void>((resolve) => void setImmediate(resolve));
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, work));
    return left.known;
  }

  #decrypt(written: string): Decrypted | Promise<Decrypted> {
    const encrypted = readEncrypted(written);
    if (!encrypted) return { expected: 'cipher(...) that ends with ")"', got: 'one that does not end' };
    const { cipher, text } = encrypted;
    const failed = (error: unknown): Decrypted => ({
      expected: `a text that ${cipher === undefined ? 'the chosen cipher' : `the cipher "${cipher}"`} decrypts`,
      got: `one that it does not: ${reasonOf(error)}`,
    });
    try {
      const decrypted: unknown = this.decryption!.decrypt(cipher, text);
      return isThenable(decrypted)
        ? Promise.resolve(decrypted).then((plain) => this.#taken(plain), failed)
        : this.#taken(decrypted);
    } catch (error) {
      return failed(error);
    }
  }

  #taken(plain: unknown): Decrypted {
    if (typeof plain !== 'string')
      return { expected: 'a cipher that gives text', got: `one that gives ${typeof plain}` };
    this.decryption!.secrets.add(plain);
    return { text: plain };
  }
}

const TOO_LATE: Decrypted = {
  expected: 'a cipher that decrypts at once, as everything has to that a program sets while it runs',
  got: 'one that answers later',
};

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}

/** What the error of somebody else's cipher says may hold what it was given, or what it made of it. */
function reasonOf(error: unknown): string {
  if (ChassisError.is(error)) return error.message;
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { name: typeof error };
  return `${name}${typeof code === 'string' ? ` ${code}` : ''}, whose message is not shown: only that of a ChassisError is`;
}
