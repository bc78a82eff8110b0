/**
 * What stands in the place of a secret.
 *
 * @example
 * ```ts
 * if (shown.password === REDACTED) console.log('there is one');
 * ```
 */
export const REDACTED = '[redacted]';

/** A first look that most texts fail. */
const SUSPICIOUS = /bearer|basic|:\/\/|PRIVATE KEY|eyJ|authorization|cookie|pass|pwd|secret|token|key/i;

/** All quantifiers that could meet themselves again are bounded: the text may come from an attacker. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // A key that was cut off has no end line.
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
    `${REDACTED} private key`,
  ],
  [/\b((?:authorization|cookie)["']?\s{0,8}[:=])[^\r\n]+/gi, `$1 ${REDACTED}`],
  [/\b(bearer)\s{1,8}[\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  // Base64 has capitals or digits inside, English after "Basic" does not.
  [/\b(Basic)\s{1,8}(?=\S[a-z]{0,64}[A-Z0-9+/=])[A-Za-z0-9+/]{6,4096}={0,2}/g, `$1 ${REDACTED}`],
  [/(:\/\/[^\s/:@?#]{0,256}):[^\s/"'<>]{1,512}@/g, `$1:${REDACTED}@`],
  [/\beyJ[\w-]{8,2048}\.[\w-]{4,2048}\.[\w-]{0,2048}/g, REDACTED],
  // `password=x` of queries and connection strings, `"password":"x"` of JSON in text.
  [
    /((?:password|passwd|pwd|passphrase|secret|token|(?:api|access|secret|private)[_-]?key)(?:=|["']\s{0,8}:\s{0,8}))(?:"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s&;,"')}\]]+)/gi,
    `$1${REDACTED}`,
  ],
];

/**
 * Blots out secrets that stand in running text: bearer and basic credentials, passwords in URLs and queries, private keys, signed
 * tokens (JWT), `Authorization` and `Cookie` lines.
 *
 * @param text - any text
 * @returns the text itself when nothing in it looks secret
 *
 * @example
 * ```ts
 * redactText('connect https://shop:hunter2@db:5432'); // 'connect https://shop:[redacted]@db:5432'
 * ```
 */
export function redactText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  let clean = text;
  for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
  return clean;
}
