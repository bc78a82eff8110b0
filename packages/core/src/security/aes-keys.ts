import { createSecretKey, type KeyObject } from 'node:crypto';
import { coreError } from '../errors/core-error.js';

/** A key of `aes-gcm` and the name that texts call it by. */
export interface AesKey {
  readonly id: string;
  readonly secret: KeyObject;
}

/** What the id of a key may be: it stands in texts that are pasted into files, variables and command lines. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const KEY_BYTES = 32;

/**
 * Reads keys as they are written: one `id:base64` a line, the newest first; commas part them too, where lines cannot be (a variable). Empty
 * lines and those that begin with `#` are passed over.
 *
 * @param place - the file or variable, for messages, which never hold what may be key material
 * @throws ChassisError `CIPHER_KEY_INVALID`
 */
export function readAesKeys(text: string, place: string): readonly AesKey[] {
  const keys = new Map<string, AesKey>();
  for (const [index, line] of text.split(/\r\n|[\n\r]/).entries()) {
    if (line.trim().startsWith('#')) continue;
    for (const entry of line.split(',')) {
      if (entry.trim() === '') continue;
      const key = readKey(entry.trim(), `${place}:${index + 1}`);
      if (keys.has(key.id)) throw wrong(`${place}:${index + 1}: the key id "${key.id}" stands twice; expected it once`);
      keys.set(key.id, key);
    }
  }
  if (keys.size === 0) throw wrong(`${place}: expected lines {id}:{32 bytes in base64}, the newest first, got none`);
  return [...keys.values()];
}

function readKey(entry: string, place: string): AesKey {
  const colon = entry.indexOf(':');
  const id = entry.slice(0, Math.max(0, colon)).trim();
  if (!ID.test(id)) {
    const got = colon < 0 ? 'a line without a colon' : 'another id';
    throw wrong(
      `${place}: expected {id}:{32 bytes in base64}, the id of 1 to 64 letters, digits, "-" and "_", got ${got}`,
    );
  }
  const written = entry.slice(colon + 1).trim();
  const bytes = Buffer.from(written, 'base64');
  if (!BASE64.test(written) || bytes.length !== KEY_BYTES) {
    const got = BASE64.test(written) ? `${bytes.length} bytes` : 'what is no base64';
    throw wrong(`${place}: key "${id}": expected ${KEY_BYTES} bytes in base64 (openssl rand -base64 32), got ${got}`);
  }
  const secret = createSecretKey(bytes);
  bytes.fill(0);
  return { id, secret };
}

function wrong(message: string): Error {
  return coreError('CIPHER_KEY_INVALID', message);
}
