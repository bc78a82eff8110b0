export { aesGcm, type AesGcmOptions } from './aes-gcm.js';
export { plainCipher, type Cipher } from './cipher.js';
export { Ciphers, type CiphersOptions } from './ciphers.js';
export { encryptValue, type EncryptedBy } from './encrypt-value.js';
export { isSecretName } from './is-secret-name.js';
export { redact, type RedactLimits } from './redact.js';
export { REDACTED, redactText } from './redact-text.js';
