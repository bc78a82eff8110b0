import { systemRandom, type Random } from '@ts-chassis/core';
import { AccountTokens } from './account-tokens.js';
import { AddressedConnection } from './addressed-connection.js';
import { AuthorizedConnection } from './authorized-connection.js';
import type { ConnectionOptions } from './connection-options.js';
import type { Connection } from './connection.js';
import type { TokenSource } from './token-source.js';

/** Nobody's account. */
const NO_TOKENS: TokenSource = { token: () => Promise.resolve(undefined), refused: () => false };

/**
 * A connection to the addresses of a control plane. Nothing is opened, and nobody is asked, before the first request.
 *
 * @throws ChassisError `CONFIG_INVALID` for no address, what is none, and addresses of several schemes
 */
export function openConnection(options: ConnectionOptions & { readonly random?: Random }): Connection {
  const { account, clock, name, random = systemRandom } = options;
  const connection = new AddressedConnection(options);
  const tokens = options.tokens ?? (account && new AccountTokens({ connection, account, clock, random })) ?? NO_TOKENS;
  return new AuthorizedConnection(connection, tokens, name);
}
