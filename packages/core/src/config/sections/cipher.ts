import { defineSection } from '../section.js';

/**
 * How secrets in the configuration are decrypted: `servicecomb.cipher`.
 *
 * @example
 * ```ts
 * const { plugin } = config.section(CipherSection);
 * ```
 */
export interface CipherValues {
  readonly plugin: string;
  /** Empty `keyFile`: the keys stand in the variable. */
  readonly aesGcm: { readonly keyFile: string; readonly keyEnv: string };
}

/**
 * The section of {@link CipherValues}. What the local sources say at the start counts; values here cannot be encrypted themselves.
 *
 * @example
 * ```ts
 * const { keyFile } = config.section(CipherSection).aesGcm;
 * ```
 */
export const CipherSection = defineSection<CipherValues>({
  key: 'servicecomb.cipher',
  live: false,
  description: 'How values written as `cipher(...)` are decrypted. Counts as the local sources say it at the start.',
  schema: {
    type: 'object',
    properties: {
      plugin: {
        'x-source': 'go-chassis',
        type: 'string',
        default: 'default',
        minLength: 1,
        description:
          'The cipher of what names none: `default` (leaves texts as they are), `aes-gcm`, or one of a plug-in.',
      },
      aesGcm: {
        type: 'object',
        properties: {
          keyFile: {
            type: 'string',
            default: '',
            description: 'File with lines `id:base64` of 32-byte keys, the newest first. Read again when it changes.',
          },
          keyEnv: {
            type: 'string',
            default: 'CHASSIS_CIPHER_KEYS',
            description: 'Variable with the same lines, or entries parted by commas, where `keyFile` is empty.',
          },
        },
      },
    },
  },
});
