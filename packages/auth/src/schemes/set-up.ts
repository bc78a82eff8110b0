import type { Services } from '@ts-chassis/core';
import { API_KEY, ApiKeyScheme } from '../api-key/api-key-scheme.js';
import { ApiKeySection, type ApiKeyValues } from '../api-key/api-key-section.js';
import type { AuthOptions } from '../auth-options.js';
import { BASIC, BasicScheme } from '../basic/basic-scheme.js';
import { BasicSection, type BasicValues } from '../basic/basic-section.js';
import { checkedRealm } from '../challenge.js';
import { authError } from '../codes.js';
import { JWT, JwtScheme } from '../jwt/jwt-scheme.js';
import { JwtSection, type JwtValues } from '../jwt/jwt-section.js';
import { jwtSettings, mergedJwt } from '../jwt/jwt-settings.js';
import { MTLS, MtlsScheme } from '../mtls/mtls-scheme.js';
import { MtlsSection, type MtlsValues } from '../mtls/mtls-section.js';
import { LiveScheme, type ClosableScheme } from './live-scheme.js';
import type { AuthenticationScheme } from './scheme.js';
import { SchemeTable } from './scheme-table.js';

/** The names of the schemes that are shipped, in the order they look for their credentials; those of programs stand before certificates, which are always there. */
export const SHIPPED: readonly string[] = [JWT, BASIC, API_KEY, MTLS];

/** The schemes of an application. */
export interface Schemes {
  readonly table: SchemeTable;
  close(): void;
}

/**
 * Makes the schemes that the options or the configuration set up; which ones, is settled at the start.
 *
 * @throws ChassisError `AUTH_INVALID`
 */
export function setUp(options: AuthOptions, services: Services): Schemes {
  const realm = checkedRealm(options.realm ?? services.identity.service);
  const all = new Map<string, AuthenticationScheme>();
  const closable: ClosableScheme[] = [];
  const add = (name: string, scheme: Made): void => {
    if (!scheme) return;
    closable.push(scheme);
    all.set(name, scheme);
  };
  add(JWT, jwtOf(options, services, realm));
  add(BASIC, basicOf(options, services, realm));
  add(API_KEY, apiKeyOf(options, services, realm));
  for (const [name, scheme] of Object.entries(options.schemes ?? {})) {
    if (SHIPPED.includes(name))
      throw authError('AUTH_INVALID', `auth.schemes: expected a name of your own, got "${name}", which is shipped`);
    all.set(name, scheme);
  }
  add(MTLS, mtlsOf(options, services, realm));
  return {
    table: new SchemeTable(all),
    close: () => {
      for (const scheme of closable) scheme.close?.();
    },
  };
}

type Made = ClosableScheme | undefined;

function jwtOf({ jwt }: AuthOptions, { config, clock, logger }: Services, realm: string): Made {
  const section = config.liveSection(JwtSection);
  const { secret, publicKey, publicKeyFile, jwksUrl } = section.value;
  if (!jwt && !secret && !jwksUrl && publicKey.length === 0 && publicKeyFile.length === 0) return undefined;
  const make = (values: JwtValues): ClosableScheme => {
    const options = mergedJwt(jwt ?? {}, values);
    const own = { ...options, realm: checkedRealm(options.realm ?? realm) };
    return new JwtScheme(jwtSettings(options, { clock, logger }), own, clock);
  };
  return new LiveScheme(section, make, logger);
}

function basicOf({ basic }: AuthOptions, { config, clock, logger }: Services, realm: string): Made {
  const section = config.liveSection(BasicSection);
  if (!basic && Object.keys(section.value.users).length === 0) return undefined;
  const make = ({ users }: BasicValues): ClosableScheme => {
    const own = { ...basic, users: { ...basic?.users, ...users }, realm: checkedRealm(basic?.realm ?? realm) };
    return new BasicScheme(own, clock);
  };
  return new LiveScheme(section, make, logger);
}

function apiKeyOf({ apiKey }: AuthOptions, { config, logger }: Services, realm: string): Made {
  const section = config.liveSection(ApiKeySection);
  if (!apiKey && Object.keys(section.value.keys).length === 0) return undefined;
  const make = ({ header, keys }: ApiKeyValues): ClosableScheme =>
    new ApiKeyScheme({
      ...apiKey,
      ...(header !== '' && { header }),
      keys: { ...apiKey?.keys, ...keys },
      realm: checkedRealm(apiKey?.realm ?? realm),
    });
  return new LiveScheme(section, make, logger);
}

function mtlsOf({ mtls }: AuthOptions, { config, logger }: Services, realm: string): Made {
  const section = config.liveSection(MtlsSection);
  const { allow, roles } = section.value;
  if (!mtls && allow.length === 0 && Object.keys(roles).length === 0) return undefined;
  const make = (values: MtlsValues): ClosableScheme =>
    new MtlsScheme({
      ...mtls,
      ...(values.allow.length > 0 && { allow: values.allow }),
      roles: { ...mtls?.roles, ...values.roles },
      realm: checkedRealm(mtls?.realm ?? realm),
    });
  return new LiveScheme(section, make, logger);
}
