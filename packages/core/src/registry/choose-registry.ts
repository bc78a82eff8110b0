import { coreError } from '../errors/core-error.js';
import { nearestName } from '../errors/nearest-name.js';
import { redactText } from '../security/redact-text.js';
import type { RegistryFactories, RegistryFactory } from './factories.js';
import type { ContractStore, Discovery, Registrar } from './ports.js';
import { splitList } from './services-tree.js';

/** Which plug-in brings a type that core does not have. */
const PACKAGES: Readonly<Record<string, string>> = {
  servicecenter: '@ts-chassis/servicecomb',
  kube: '@ts-chassis/kubernetes',
  istio: '@ts-chassis/istio',
};

const TYPE_OF_SCHEME: Readonly<Record<string, string>> = { file: 'local', http: 'servicecenter', https: 'servicecenter' };

const SECTION = 'servicecomb.registry';

/**
 * The part of `servicecomb.registry` that chooses.
 *
 * @example
 * ```ts
 * const settings: RegistrySettings = { type: 'local', register: 'manual' };
 * ```
 */
export interface RegistrySettings {
  /** No registry at all: nobody is announced, nobody is found. Default false. */
  readonly disabled?: boolean | undefined;
  /** `auto` (default): announced when the application is ready; `manual`: only when it asks. */
  readonly register?: 'auto' | 'manual' | undefined;
  readonly type?: string | undefined;
  /** Addresses, separated by commas, all of one scheme. */
  readonly address?: string | undefined;
  /** `disabled`: nobody is found, though the application is announced. */
  readonly discovery?: { readonly disabled?: boolean | undefined } | undefined;
  readonly registrator?: RoleSettings | undefined;
  readonly serviceDiscovery?: RoleSettings | undefined;
  readonly contractDiscovery?: RoleSettings | undefined;
}

/**
 * What one role takes in the place of the common type and address, as go-chassis 1 had it.
 *
 * @example
 * ```ts
 * const settings: RegistrySettings = { type: 'servicecenter', address: 'http://sc:30100', serviceDiscovery: { type: 'dns' } };
 * ```
 */
export interface RoleSettings {
  readonly type?: string | undefined;
  readonly address?: string | undefined;
}

/**
 * One role of the chosen registry.
 *
 * @example
 * ```ts
 * const discovery = choice.discovery?.make({ ...context, addresses: choice.discovery.addresses });
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
 * const choice = chooseRegistry({ type: 'dns' }, builtInRegistries);
 * console.log(choice.registrar); // undefined: the platform knows who runs
 * ```
 */
export interface RegistryChoice {
  readonly registrar?: ChosenRole<Registrar>;
  readonly discovery?: ChosenRole<Discovery>;
  readonly contractStore?: ChosenRole<ContractStore>;
  /** Whether the application is announced by itself (`servicecomb.registry.register`). */
  readonly registerAtStart: boolean;
}

/**
 * Chooses the registry of each role: `servicecomb.registry.type`, else by the scheme of `servicecomb.registry.address` (`file:` local,
 * `http:` and `https:` servicecenter), else `local`. `registrator`, `serviceDiscovery` and `contractDiscovery` choose for one role.
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
  const known = [available.registrars, available.discoveries, available.contractStores].flatMap((role) => [...role.keys()]);
  const choose = <T>(role: RoleName, factories: ReadonlyMap<string, RegistryFactory<T>>): ChosenRole<T> | undefined => {
    const own = settings[role];
    const keyOf = (name: 'type' | 'address'): string => `${SECTION}.${own?.[name] ? `${role}.` : ''}${name}`;
    const addresses = splitList(own?.address || settings.address || '');
    const type = own?.type || settings.type || typeOfScheme(addresses, keyOf('address'));
    const make = factories.get(type);
    if (make) return { type, addresses, make };
    if (!known.includes(type)) throw missing(type, keyOf('type'), known);
    if (own?.type) throw coreError('PLUGIN_MISSING', `${keyOf('type')}: the registry ${type} has no ${role}`);
    return undefined;
  };
  const registrar = choose('registrator', available.registrars);
  const discovery = settings.discovery?.disabled ? undefined : choose('serviceDiscovery', available.discoveries);
  const contractStore = choose('contractDiscovery', available.contractStores);
  return {
    ...(registrar && { registrar }),
    ...(discovery && { discovery }),
    ...(contractStore && { contractStore }),
    registerAtStart: registrar !== undefined && settings.register !== 'manual',
  };
}

type RoleName = 'registrator' | 'serviceDiscovery' | 'contractDiscovery';

function typeOfScheme(addresses: readonly string[], key: string): string {
  const schemes = new Set(addresses.map((address) => /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(address)?.[1]?.toLowerCase() ?? ''));
  if (schemes.size === 0) return 'local';
  const [scheme = ''] = schemes;
  const type = TYPE_OF_SCHEME[scheme];
  if (schemes.size === 1 && type) return type;
  const got = addresses.map((text) => JSON.stringify(redactText(text))).join(', ');
  throw coreError('CONFIG_INVALID', `${key}: expected URLs of one scheme, file:, http: or https:, got ${got}`);
}

function missing(type: string, key: string, known: readonly string[]): Error {
  const brings = PACKAGES[type];
  const names = [...new Set(known)].sort();
  const near = nearestName(type, names);
  const advice = brings
    ? `its plug-in is in the package ${brings}: install it and list it in createApplication({ plugins })`
    : `the listed plug-ins and core have ${names.join(', ')}${near ? `; did you mean ${near}?` : ''}`;
  return coreError('PLUGIN_MISSING', `${key}: no registry ${JSON.stringify(type)}; ${advice}`);
}
