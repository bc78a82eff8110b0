/**
 * Turns secrets of the configuration into text that may be stored, and back. Named by `ssl.{tag}.cipherPlugin` and
 * `servicecomb.credentials.cipher` (go-chassis); a plug-in brings others with `host.cipher`.
 *
 * @example
 * ```ts
 * const reversed: Cipher = {
 *   encrypt: (text) => [...text].reverse().join(''),
 *   decrypt: (text) => [...text].reverse().join(''),
 * };
 * ```
 */
export interface Cipher {
  encrypt(text: string): string | Promise<string>;
  decrypt(text: string): string | Promise<string>;
}

/**
 * The cipher named `default`: leaves the text as it is, as go-chassis's does. It protects nothing.
 *
 * @example
 * ```ts
 * await plainCipher.decrypt('hunter2'); // 'hunter2'
 * ```
 */
export const plainCipher: Cipher = {
  encrypt: (text) => text,
  decrypt: (text) => text,
};
