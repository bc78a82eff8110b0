export type { Authorizer } from './access/authorizer.js';
export {
  Authenticated,
  Authorize,
  CurrentPrincipal,
  Public,
  Roles,
  type AccessDecorator,
  type AuthenticatedOptions,
} from './access/decorators.js';
export type { ApiKeyEntry, ApiKeyOptions } from './api-key/api-key-options.js';
export { hashApiKey } from './api-key/api-key-scheme.js';
export type { AuthOptions } from './auth-options.js';
export type { BasicOptions, BasicUser } from './basic/basic-options.js';
export { hashPassword, verifyPassword } from './basic/password-hash.js';
export { challengeOf } from './challenge.js';
export { AUTH_ERRORS, type AuthErrorCode } from './codes.js';
export type { JwtAlgorithm } from './jwt/algorithms.js';
export type { Fetch, JwksOptions, JwtOptions } from './jwt/jwt-options.js';
export { jwtIssuer, type JwtIssuer, type JwtIssuerOptions, type TokenSubject } from './jwt/jwt-issuer.js';
export type { MtlsField, MtlsOptions } from './mtls/mtls-options.js';
export { clientCredentials, type ClientCredentialsOptions } from './outgoing/client-credentials.js';
export { forwardInbound } from './outgoing/forward-inbound.js';
export type { Secret } from './outgoing/secret.js';
export { basicCredentials, staticToken, type StaticTokenOptions } from './outgoing/static-token.js';
export { TokenProviderPort, type OutgoingCredentials, type TokenProvider } from './outgoing/token-provider.js';
export { auth } from './plugin.js';
export { principalOf, type Caller, type Principal } from './principal.js';
export type { AuthenticationScheme } from './schemes/scheme.js';
