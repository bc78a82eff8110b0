import { CipherSection } from '../config/sections/cipher.js';
import { AES_GCM, aesGcm } from '../security/aes-gcm.js';
import { plainCipher } from '../security/cipher.js';
import type { MakeCipher } from './plugin.js';

/** The ciphers that core brings, by name. */
export const ownCiphers: Readonly<Record<string, MakeCipher>> = {
  default: () => plainCipher,
  [AES_GCM]: ({ config, environment, logger }) =>
    aesGcm({ ...config.section(CipherSection).aesGcm, environment, warn: (line) => logger.warn(line) }),
};
