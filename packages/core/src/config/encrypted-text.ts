import { isTree } from './leaves.js';

/** What stands in `cipher(...)`. */
export interface EncryptedText {
  /** The cipher's name; undefined for the one that `servicecomb.cipher.plugin` names. */
  readonly cipher: string | undefined;
  readonly text: string;
}

const BEGINS = /^\s*cipher\(/;
const NAME = /^\s*([A-Za-z][\w.-]{0,63})?:/;

/** Whether a value is a text that is to be decrypted. */
export function isEncrypted(value: unknown): value is string {
  return typeof value === 'string' && BEGINS.test(value);
}

/**
 * Takes `cipher(text)` and `cipher(name:text)` apart. What stands before the first colon is the name of a cipher, if it could be one; a text that
 * begins so itself has its cipher's name in front, or a colon. The text is taken as it is, blanks too.
 *
 * @returns undefined for a text that begins so and does not end
 */
export function readEncrypted(written: string): EncryptedText | undefined {
  const whole = written.trim();
  if (!whole.endsWith(')')) return undefined;
  const inner = whole.slice('cipher('.length, -1);
  const name = NAME.exec(inner);
  return name ? { cipher: name[1], text: inner.slice(name[0].length) } : { cipher: undefined, text: inner };
}

/** Every text of a tree that is to be decrypted, each once; also those in lists. */
export function encryptedTexts(tree: object, found = new Set<string>()): ReadonlySet<string> {
  for (const value of Object.values(tree) as unknown[]) {
    if (isEncrypted(value)) found.add(value);
    else if (isTree(value)) encryptedTexts(value, found);
  }
  return found;
}
