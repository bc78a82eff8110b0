import { coreError } from '../errors/core-error.js';
import type { Ciphers } from '../security/ciphers.js';
import type { Config } from './config.js';
import { CredentialsSection } from './sections/credentials.js';

/**
 * An account in clear.
 *
 * @example
 * ```ts
 * const account: AccountCredential = { name: 'shop', password: 'hunter2' };
 * ```
 */
export interface AccountCredential {
  readonly name: string;
  readonly password: string;
}

const KEY = 'servicecomb.credentials';

/**
 * The account of `servicecomb.credentials` with its password in clear. Written as `cipher(...)` it is decrypted as every value is; written otherwise, by
 * `servicecomb.credentials.cipher`. Where that is empty it is as it stands: go-chassis sends no account at all then.
 *
 * @returns undefined where no account is configured
 * @throws ChassisError `CONFIG_INVALID` for a name without a password, or a password without a name; `CIPHER_UNKNOWN`; what the cipher throws
 *
 * @example
 * ```ts
 * const account = await accountCredential(services.config, services.ciphers);
 * ```
 */
export async function accountCredential(config: Config, ciphers: Ciphers): Promise<AccountCredential | undefined> {
  const { account, cipher } = config.section(CredentialsSection);
  const { name, password } = account;
  if (name === '' && password === '') return undefined;
  if (name === '' || password === '') {
    const [missing, given] = name === '' ? ['name', 'password'] : ['password', 'name'];
    throw coreError(
      'CONFIG_INVALID',
      `${KEY}.account.${missing}: expected a text beside ${KEY}.account.${given}, got nothing`,
    );
  }
  const asItStands = cipher === '' || config.origin(`${KEY}.account.password`)?.secret === true;
  if (asItStands) return { name, password };
  return { name, password: await ciphers.decrypt(password, { cipher, askedBy: `${KEY}.cipher` }) };
}
