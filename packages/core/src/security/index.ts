export { plainCipher, type Cipher } from './cipher.js';
export { isSecretName } from './is-secret-name.js';
export { redact, type RedactLimits } from './redact.js';
export { REDACTED, redactText } from './redact-text.js';
