import { defineSection } from '../config/index.js';
import { CIPHER_SUITES } from './cipher-suites.js';

/**
 * The keys of one level of `ssl`, as far as they are said; the defaults are those of {@link TlsOptions}.
 *
 * @example
 * ```ts
 * const keys: SslKeys = { certFile: 'server.crt', keyFile: 'server.key' };
 * ```
 */
export interface SslKeys {
  readonly cipherPlugin?: string;
  readonly verifyPeer?: boolean;
  readonly cipherSuits?: readonly string[];
  readonly protocol?: 'TLSv1.0' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly certPwdFile?: string;
  readonly serverName?: string;
}

/**
 * What stands under `ssl`: keys for all, and below them, step by step, the tags with keys of their own.
 *
 * @example
 * ```ts
 * const values: SslValues = { protocol: 'TLSv1.3', rest: { Provider: { certFile: 'server.crt', keyFile: 'server.key' } } };
 * ```
 */
export interface SslValues extends SslKeys {
  readonly [step: string]: SslValues | SslKeys[keyof SslKeys];
}

const file = (description: string): object => ({ type: 'string', description });

/**
 * No default stands here: a level must not seem to say what it only left open. Beside its keys stand maps only; a value under another name
 * is refused when it seems to be a misspelt key, since TLS without `verifyPeer` or `caFile` is weaker than the file says, and warned of when not.
 */
const level = {
  type: 'object',
  properties: {
    cipherPlugin: {
      type: 'string',
      description: 'Cipher that decrypts the content of `certPwdFile`. Default: `default`.',
    },
    verifyPeer: {
      type: 'boolean',
      description:
        'Consumer: whether the certificate of the other side is verified; default true (go-chassis: false). Provider: whether clients must have a certificate; default false.',
    },
    cipherSuits: {
      type: 'array',
      items: { enum: Object.keys(CIPHER_SUITES) },
      description: 'Suites for TLS 1.2 and below. Default: all that are allowed.',
    },
    protocol: {
      enum: ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
      description: 'The least version. Default: TLSv1.2. The greatest is always TLSv1.3.',
    },
    caFile: file(
      'PEM file with the trusted authorities, one or many; several files with commas between them. Default: those of Node.',
    ),
    certFile: file(
      'PEM file with the own certificate, its chain behind it. A listener may have several, with commas between them: for other names or types of keys.',
    ),
    keyFile: file('PEM file with the key of the own certificate; as many as there are certificates, in their order.'),
    certPwdFile: file('File with the passphrase of the key, encrypted by `cipherPlugin`.'),
    serverName: file('Name that the certificate of the other side must bear. Default: the name of the called service.'),
  },
  additionalProperties: { $ref: '#/$defs/level' },
  'x-misspelt': 'refused',
};

/**
 * `ssl.{key}` and `ssl.{tag}.{key}` of go-chassis's `tls.yaml`. A tag is `{listener}.Provider`, `{protocol}.Consumer`,
 * `{service}.{protocol}.Consumer`, or that of a control plane: `registrator.Consumer`, `configServer.Consumer`.
 *
 * @example
 * ```ts
 * const values = config.section(SslSection);
 * ```
 */
export const SslSection = defineSection<SslValues>({
  key: 'ssl',
  live: false,
  description:
    'TLS: for all, or below a tag (`{listener}.Provider`, `{protocol}.Consumer`, `{service}.{protocol}.Consumer`) for it alone. A misspelt key refuses the start here; other unknown keys are warned of.',
  schema: { ...level, $defs: { level }, 'x-source': 'go-chassis' },
});
