import { readFileSync, statSync } from 'node:fs';
import { coreError } from '../errors/core-error.js';
import { readAesKeys, type AesKey } from './aes-keys.js';

/** Keys by id; the first is the one that encrypts. */
export class KeyRing {
  readonly newest: AesKey;
  readonly #keys: ReadonlyMap<string, AesKey>;

  /** @param keys - at least one */
  constructor(keys: readonly AesKey[]) {
    this.newest = keys[0]!;
    this.#keys = new Map(keys.map((key) => [key.id, key]));
  }

  find(id: string): AesKey | undefined {
    return this.#keys.get(id);
  }

  get ids(): readonly string[] {
    return [...this.#keys.keys()];
  }
}

/** Where a key ring is kept. */
export interface KeySource {
  /** For messages. */
  readonly place: string;
  /** @throws ChassisError `CIPHER_KEY_INVALID` */
  ring(): KeyRing;
}

/** Keys in a file, read again when it has changed. A changed file that cannot be read or is wrong leaves the keys as they were, and is told once. */
export class KeyFile implements KeySource {
  readonly place: string;
  #ring: KeyRing | undefined;
  #version = '';

  constructor(
    file: string,
    private readonly warn: (line: string) => void,
  ) {
    this.place = file;
  }

  ring(): KeyRing {
    const version = this.#present();
    if (this.#ring && version === this.#version) return this.#ring;
    this.#version = version;
    try {
      this.#ring = new KeyRing(readAesKeys(this.#read(), this.place));
    } catch (error) {
      if (!this.#ring) throw error;
      this.warn(`${(error as Error).message}; the keys read before stay in use`);
    }
    return this.#ring;
  }

  /** Another text when the file has changed. */
  #present(): string {
    const stats = statSync(this.place, { bigint: true, throwIfNoEntry: false });
    return stats ? `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}` : 'gone';
  }

  #read(): string {
    try {
      return readFileSync(this.place, 'utf8');
    } catch (cause) {
      const got = (cause as NodeJS.ErrnoException).code ?? 'an error';
      throw coreError('CIPHER_KEY_INVALID', `${this.place}: expected a file with keys, got ${got}`, { cause });
    }
  }
}

/** Keys in a variable, read once. */
export class KeyVariable implements KeySource {
  readonly place: string;
  #ring: KeyRing | undefined;

  constructor(
    name: string,
    private readonly value: string | undefined,
  ) {
    this.place = `variable ${name}`;
  }

  ring(): KeyRing {
    return (this.#ring ??= new KeyRing(readAesKeys(this.value ?? '', this.place)));
  }
}
