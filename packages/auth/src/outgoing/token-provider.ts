import { port, type Invocation, type Port, type Services } from '@ts-chassis/core';

/**
 * Gives the credentials that calls of one service carry. Asked for each try, after the instance is picked.
 *
 * @example
 * ```ts
 * const provider: TokenProvider = { credentials: () => `Bearer ${vault.read('catalog-token')}` };
 * ```
 */
export interface TokenProvider {
  /** The header they stand in, in lower case. Default `authorization`. */
  readonly header?: string;
  /** The value of the header; undefined for none. What it throws is the failure of the call. */
  credentials(invocation: Invocation): string | undefined | Promise<string | undefined>;
  /**
   * Told that the called service took these credentials for none (`UNAUTHENTICATED`). When it is there, `credentials` is asked once more, and the call is tried
   * once more with what it then says, if that is something else.
   */
  refused?(value: string): void;
  /** Ends what is under way, when the application stops. */
  close?(): void;
}

/**
 * Makes a provider from the services of its application; `staticToken`, `clientCredentials` and `forwardInbound` are some.
 *
 * @example
 * ```ts
 * const fromConfiguration: OutgoingCredentials = ({ config }) => ({ credentials: () => `Bearer ${config.get('shop.token', '')}` });
 * ```
 */
export type OutgoingCredentials = (services: Services) => TokenProvider;

/**
 * Where plug-ins put token providers, by the name of the called service. `auth({ outgoing })` wins.
 *
 * @example
 * ```ts
 * host.extend(TokenProviderPort, 'catalog', ({ clock }) => new VaultTokens(clock));
 * ```
 */
export const TokenProviderPort: Port<TokenProvider> = port<TokenProvider>('token provider');
