import type { RegistryRoleValues, RegistryValues } from '../config/sections/registry.js';
import { coreError } from '../errors/core-error.js';
import { nearestName } from '../errors/nearest-name.js';
import { redactText } from '../security/redact-text.js';
import type { RegistryFactories, RegistryFactory } from './factories.js';
import type { ContractStore, Discovery, Registrar } from './ports.js';

/** Which plug-in brings a type that core does not have. */
const PACKAGES: Readonly<Record<string, string>> = {
  servicecenter: '@ts-chassis/servicecomb',
  kube: '@ts-chassis/kubernetes',
  istio: '@ts-chassis/istio',
};

const TYPE_OF_SCHEME: Readonly<Record<string, string>> = {
  file: 'local',
  http: 'servicecenter',
  https: 'servicecenter',
};

const SECTION = 'servicecomb.registry';

/**
 * The part of `servicecomb.registry` that chooses.
 *
 * @example
 * ```ts
 * const settings: RegistrySettings = config.section(RegistrySection);
 * ```
 */
export type RegistrySettings = Pick<
  RegistryValues,
  'disabled' | 'register' | 'type' | 'address' | 'discovery' | 'registrator' | 'contractDiscovery'
>;

/**
 * One role of the chosen registry.
 *
 * @example
 * ```ts
 * const { discovery } = choice;
 * const made = discovery?.make({ clock, logger, config, identity, addresses: discovery.addresses });
 * ```
 */
export interface ChosenRole<T> {
  readonly type: string;
  readonly addresses: readonly string[];
  readonly make: RegistryFactory<T>;
}

/**
 * What was chosen; a role is absent when it is disabled or the chosen type does not have it.
 *
 * @example
 * ```ts
 * const choice = chooseRegistry(config.section(RegistrySection), builtInRegistries);
 * if (!choice.registrar) logger.info('the platform knows who runs');
 * ```
 */
export interface RegistryChoice {
  readonly registrar?: ChosenRole<Registrar>;
  readonly discovery?: ChosenRole<Discovery>;
  readonly contractStore?: ChosenRole<ContractStore>;
  /** Whether the application is announced when it is ready (`servicecomb.registry.register: auto`). */
  readonly registerAtStart: boolean;
}

/**
 * Chooses the registry of each role: `servicecomb.registry.type`, else by the scheme of `servicecomb.registry.address` (`file:` local,
 * `http:` and `https:` servicecenter), else `local`; `registrator`, `discovery` and `contractDiscovery` choose for one role.
 *
 * @throws ChassisError `PLUGIN_MISSING` when no listed plug-in brings the chosen type
 * @throws ChassisError `CONFIG_INVALID` when the addresses are of several or unknown schemes
 *
 * @example
 * ```ts
 * const choice = chooseRegistry(config.section(RegistrySection), builtInRegistries);
 * ```
 */
export function chooseRegistry(settings: RegistrySettings, available: RegistryFactories): RegistryChoice {
  if (settings.disabled) return { registerAtStart: false };
  const roles = [available.registrars, available.discoveries, available.contractStores];
  const known = [...new Set(roles.flatMap((role) => [...role.keys()]))].sort();
  const registrar = choose('registrator', { settings, known, factories: available.registrars });
  const discovery = settings.discovery.disabled
    ? undefined
    : choose('discovery', { settings, known, factories: available.discoveries });
  const contractStore = choose('contractDiscovery', { settings, known, factories: available.contractStores });
  return {
    ...(registrar && { registrar }),
    ...(discovery && { discovery }),
    ...(contractStore && { contractStore }),
    registerAtStart: registrar !== undefined && settings.register === 'auto',
  };
}

interface Choosing<T> {
  readonly settings: RegistrySettings;
  readonly known: readonly string[];
  readonly factories: ReadonlyMap<string, RegistryFactory<T>>;
}

function choose<T>(
  role: 'registrator' | 'discovery' | 'contractDiscovery',
  { settings, known, factories }: Choosing<T>,
): ChosenRole<T> | undefined {
  const own: RegistryRoleValues = settings[role];
  const common = settings.type || typeOfScheme(settings.address, `${SECTION}.address`);
  const type =
    own.type ||
    (own.address.length > 0 && !settings.type ? typeOfScheme(own.address, `${SECTION}.${role}.address`) : common);
  const make = factories.get(type);
  // The common addresses are those of the common type.
  const addresses = own.address.length > 0 || type !== common ? own.address : settings.address;
  if (make) return { type, addresses, make };
  const key = own.type ? `${SECTION}.${role}.type` : `${SECTION}.type`;
  if (!known.includes(type)) throw missing(type, key, known);
  if (own.type) throw coreError('PLUGIN_MISSING', `${key}: the registry ${type} does not have this role`);
  return undefined;
}

function typeOfScheme(addresses: readonly string[], key: string): string {
  const schemes = new Set(addresses.map((address) => /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase() ?? ''));
  if (schemes.size === 0) return 'local';
  const [scheme = ''] = schemes;
  const type = TYPE_OF_SCHEME[scheme];
  if (schemes.size === 1 && type) return type;
  const got = addresses.map((text) => JSON.stringify(redactText(text))).join(', ');
  throw coreError('CONFIG_INVALID', `${key}: expected URLs of one scheme, file:, http: or https:, got ${got}`);
}

function missing(type: string, key: string, known: readonly string[]): Error {
  const brings = PACKAGES[type];
  const near = nearestName(type, known);
  const advice = brings
    ? `its plug-in is in the package ${brings}: install it and list it in createApplication({ plugins })`
    : `the listed plug-ins and core have ${known.join(', ')}${near ? `; did you mean ${near}?` : ''}`;
  return coreError('PLUGIN_MISSING', `${key}: no registry ${JSON.stringify(type)}; ${advice}`);
}
