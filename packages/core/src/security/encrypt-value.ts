import type { Cipher } from './cipher.js';

/**
 * Which cipher {@link encryptValue} uses.
 *
 * @example
 * ```ts
 * const by: EncryptedBy = { cipher: aesGcm({ keyFile: 'keys' }), name: 'aes-gcm' };
 * ```
 */
export interface EncryptedBy {
  readonly cipher: Cipher;
  /** What configuration calls it. */
  readonly name: string;
}

/**
 * Makes a value that may be pasted into configuration: `cipher(aes-gcm:1.2026-07.kWf0...)`. The name of the cipher stands in it, so that it
 * means the same whatever `servicecomb.cipher.plugin` says.
 *
 * @param text - the secret
 * @param by - the cipher and its name; an application's own are found by `app.encryptValue`
 * @throws whatever the cipher throws
 *
 * @example
 * ```ts
 * const value = await encryptValue('hunter2', { cipher: aesGcm({ keyFile: '/run/secrets/cipher-keys' }), name: 'aes-gcm' });
 * ```
 */
export async function encryptValue(text: string, { cipher, name }: EncryptedBy): Promise<string> {
  return `cipher(${name}:${await cipher.encrypt(text)})`;
}
