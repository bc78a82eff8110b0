import { defineSection } from '../section.js';

/**
 * Who a service is to its registry and configuration center: `servicecomb.credentials`.
 *
 * @example
 * ```ts
 * const { name } = config.section(CredentialsSection).account;
 * ```
 */
export interface CredentialsValues {
  readonly account: { readonly name: string; readonly password: string };
  /** Empty: the password is as it stands. */
  readonly cipher: string;
}

const unused = { type: 'string', 'x-unused': true, description: 'Accepted for files of go-chassis.' };

/**
 * The section of {@link CredentialsValues}, declared by plug-ins that log in somewhere; {@link accountCredential} reads it.
 *
 * @example
 * ```ts
 * host.section(CredentialsSection);
 * ```
 */
export const CredentialsSection = defineSection<CredentialsValues>({
  key: 'servicecomb.credentials',
  live: false,
  description: 'The account by which the service logs in to its registry and configuration center.',
  schema: {
    'x-source': 'go-chassis',
    type: 'object',
    properties: {
      account: {
        type: 'object',
        properties: {
          name: { type: 'string', default: '', description: 'Name of the account; empty for none.' },
          password: { type: 'string', default: '', description: 'Its password, best written as `cipher(...)`.' },
        },
      },
      cipher: {
        type: 'string',
        default: '',
        description:
          'Cipher that decrypts a password which is not written as `cipher(...)`; empty: it is as it stands.',
      },
      accessKey: unused,
      secretKey: unused,
      akskCustomCipher: unused,
      project: unused,
    },
  },
});
