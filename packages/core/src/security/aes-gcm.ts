import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { coreError } from '../errors/core-error.js';
import { KeyFile, KeyVariable, type KeySource } from './key-ring.js';
import type { Cipher } from './cipher.js';

/**
 * Where {@link aesGcm} finds its keys.
 *
 * @example
 * ```ts
 * const options: AesGcmOptions = { keyFile: '/run/secrets/cipher-keys' };
 * ```
 */
export interface AesGcmOptions {
  /** A file with lines `id:base64`, the newest first: the first key encrypts, all decrypt. Read again when it changes. Counts before `keyEnv`. */
  readonly keyFile?: string;
  /** The name of a variable with the same lines, or entries parted by commas. Default `CHASSIS_CIPHER_KEYS`. */
  readonly keyEnv?: string;
  /** Where that variable is looked for; default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Takes the message when a changed key file cannot be used. */
  readonly warn?: (line: string) => void;
}

/** What configuration calls {@link aesGcm}. */
export const AES_GCM = 'aes-gcm';
/** The variable that holds the keys where nothing else is said. */
const KEY_VARIABLE = 'CHASSIS_CIPHER_KEYS';

const ALGORITHM = 'aes-256-gcm';
const VERSION = '1';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const FORM = /^(\d{1,8})\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]*)$/;

/**
 * The cipher named `aes-gcm`: AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a random 12-byte initialisation vector for each text. A text is
 * `1.{keyId}.{base64url of vector, data and 16-byte tag}`; its version and key id are authenticated with it, so no character of it can be
 * changed. Synchronous. One key should not encrypt more than 2^32 texts.
 *
 * @param options - where the keys are; they are read at the first use
 * @returns a cipher whose methods throw ChassisError `CIPHER_KEY_INVALID` when there are no usable keys, `CIPHER_FAILED` for a text that it
 * cannot decrypt; no message holds a key, or what was to be encrypted
 *
 * @example
 * ```ts
 * const cipher = aesGcm({ keyFile: '/run/secrets/cipher-keys' });
 * const text = await cipher.encrypt('hunter2'); // '1.2026-07.kWf0...'
 * ```
 */
export function aesGcm(options: AesGcmOptions = {}): Cipher {
  return new AesGcm(keysOf(options));
}

function keysOf({ keyFile, keyEnv = KEY_VARIABLE, environment = process.env, warn }: AesGcmOptions): KeySource {
  return keyFile === undefined || keyFile === ''
    ? new KeyVariable(keyEnv, environment[keyEnv])
    : new KeyFile(keyFile, warn ?? (() => undefined));
}

class AesGcm implements Cipher {
  constructor(private readonly keys: KeySource) {}

  encrypt(text: string): string {
    const { id, secret } = this.keys.ring().newest;
    const head = `${VERSION}.${id}.`;
    const vector = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, secret, vector, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(head));
    const data = wellFormed(text);
    const sealed = Buffer.concat([vector, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
    return head + sealed.toString('base64url');
  }

  decrypt(text: string): string {
    const [, version, id, written] = FORM.exec(text) ?? notOurs();
    if (version !== VERSION) throw failed(`its version is ${version}; expected ${VERSION}`);
    const ring = this.keys.ring();
    const key = ring.find(id!);
    if (!key) {
      throw failed(`it needs the key "${id}", which ${this.keys.place} does not hold; it holds ${ring.ids.join(', ')}`);
    }
    const sealed = Buffer.from(written!, 'base64url');
    // Several last characters mean the same bytes; only one of them is what was written.
    if (sealed.length < IV_BYTES + TAG_BYTES || sealed.toString('base64url') !== written) return notOurs();
    const decipher = createDecipheriv(ALGORITHM, key.secret, sealed.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(`${VERSION}.${id}.`));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const data = decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES));
    try {
      return Buffer.concat([data, decipher.final()]).toString('utf8');
    } catch {
      throw failed(`it was changed, or encrypted by another key that is called "${id}" too`);
    }
  }
}

/** UTF-8 has no form for one half of a pair: it would come back as something else. */
function wellFormed(text: string): Buffer {
  const data = Buffer.from(text, 'utf8');
  if (data.toString('utf8') === text) return data;
  throw coreError('CIPHER_FAILED', 'the text cannot be encrypted: expected well-formed Unicode, got a lone surrogate');
}

function notOurs(): never {
  throw failed('expected 1.{key id}.{base64url}, whole and unchanged');
}

function failed(reason: string): Error {
  return coreError('CIPHER_FAILED', `the text cannot be decrypted by aes-gcm: ${reason}`);
}
