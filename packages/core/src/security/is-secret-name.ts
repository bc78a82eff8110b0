/** A first look that most names fail: only what passes is taken apart. */
const SUSPICIOUS = /pass|pwd|secret|token|credential|auth|cookie|key|jwt|bearer|session|signature/i;

/** Matched against the words of a name joined by hyphens, so that `secretary` and `tokenizer` are not taken for secrets. */
const SECRET =
  /(?:^|-)(?:auth|jwt|bearer)(?:-|$)|(?:password|passwd|passphrase|passcode|pwd|secret|token|credential|authorization|cookie|(?:api|access|secret|private|signing|encryption|cipher|shared|account|storage)-?key|key-?material|session-?id|signature)s?(?:-|$)/;

/** Names of what stands beside a secret without being one: `keyFile`, `cookieName`, `tokenType`. */
const BESIDE = /-(?:file|path|name|type|ms)$/;

/**
 * Whether a name is one of those that values are kept secret under: passwords, tokens, keys, cookies, credentials. Spelling does not
 * matter (`apiKey`, `API_KEY`, `x-api-key`); of a dotted key every step counts.
 *
 * @param name - a field, header, variable or configuration key
 * @returns false for what only says where a secret is: `keyFile`, `certPwdFile`, `cookieName`
 *
 * @example
 * ```ts
 * isSecretName('servicecomb.credentials.account.password'); // true
 * isSecretName('ssl.rest.Provider.keyFile'); // false
 * ```
 */
export function isSecretName(name: string): boolean {
  if (!SUSPICIOUS.test(name)) return false;
  return name.split('.').some(isSecretStep);
}

function isSecretStep(step: string): boolean {
  const words = step
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase();
  return SECRET.test(words) && !BESIDE.test(words);
}
