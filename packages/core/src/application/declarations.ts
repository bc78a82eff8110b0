import type { PolicyKind } from '../chain/policy.js';
import type { Section } from '../config/section.js';
import type { InstanceHook } from '../container/construction.js';
import type { ParameterResolver } from '../container/parameter-resolver.js';
import type { Provider } from '../container/provider.js';
import type { Identifier } from '../container/token.js';
import { coreError } from '../errors/core-error.js';
import { nearestName } from '../errors/nearest-name.js';
import type { MetadataKey } from '../metadata/metadata-key.js';
import type { RegistryFactory } from '../registry/factories.js';
import type { ContractStore, Discovery, Registrar } from '../registry/ports.js';
import type { SchemaInfo } from '../schema/operation.js';
import type { Meter } from '../telemetry/meter.js';
import type { Tracer } from '../telemetry/tracer.js';
import type { ClientTransport } from '../transport/client-transport.js';
import type { ServerTransport } from '../transport/server-transport.js';
import { ownCiphers } from './own-ciphers.js';
import type { Make, MakeCipher, MakeConfigSource, Plugin, PluginHandler, PluginHost } from './plugin.js';
import type { Port } from './port.js';
import type { Services } from './services.js';

/** A hook of a plug-in at start or stop. */
export interface NamedHook {
  readonly name: string;
  readonly run: (services: Services, signal: AbortSignal) => void | Promise<void>;
}

/** Things of one sort by name; the second of a name is refused, naming both plug-ins. */
class Named<T> {
  readonly all = new Map<string, T>();
  readonly #owners = new Map<string, string>();

  constructor(private readonly sort: string) {}

  add(name: string, thing: T, owner: string): void {
    const other = this.#owners.get(name);
    if (other !== undefined) {
      throw coreError('PLUGIN_CONFLICT', `two plug-ins bring the ${this.sort} "${name}": ${other} and ${owner}`);
    }
    this.#owners.set(name, owner);
    this.all.set(name, thing);
  }
}

/** What the listed plug-ins declared. */
export class Declarations {
  readonly providers: Provider[] = [];
  readonly made: { readonly identifier: Identifier; readonly make: Make<unknown>; readonly calls: boolean }[] = [];
  readonly handlers: { readonly handler: PluginHandler; readonly owner: string }[] = [];
  readonly policies: PolicyKind<object>[] = [];
  readonly sections: Section<unknown>[] = [];
  readonly serverTransports = new Named<Make<ServerTransport>>('server transport');
  readonly clientTransports = new Named<Make<ClientTransport>>('client transport');
  readonly registrars = new Named<RegistryFactory<Registrar>>('registrar');
  readonly discoveries = new Named<RegistryFactory<Discovery>>('discovery');
  readonly contractStores = new Named<RegistryFactory<ContractStore>>('contract store');
  readonly configSources: MakeConfigSource[] = [];
  readonly telemetry = new Named<Make<Tracer> | Make<Meter>>('telemetry backend');
  readonly ciphers = new Named<MakeCipher>('cipher');
  readonly schemas: { readonly make: Make<SchemaInfo>; readonly published: boolean }[] = [];
  readonly resolvers: { readonly key: MetadataKey<unknown>; readonly make: Make<ParameterResolver> }[] = [];
  readonly instanceHooks: InstanceHook[] = [];
  readonly startHooks: NamedHook[] = [];
  readonly stopHooks: NamedHook[] = [];
  readonly #extensions = new Map<Port<unknown>, Named<Make<unknown>>>();

  /**
   * Lets every plug-in declare, in the order listed.
   *
   * @throws ChassisError `PLUGIN_CONFLICT` for two of one name, `PLUGIN_MISSING` for one that another needs
   */
  install(plugins: readonly Plugin[]): void {
    for (const [name, make] of Object.entries(ownCiphers)) this.ciphers.add(name, make, 'core');
    const names = plugins.map((plugin) => plugin.name);
    for (const [index, plugin] of plugins.entries()) {
      if (names.indexOf(plugin.name) !== index)
        throw coreError('PLUGIN_CONFLICT', `the plug-in "${plugin.name}" is listed twice`);
      for (const need of plugin.needs ?? []) {
        if (names.includes(need)) continue;
        const nearest = nearestName(need, names);
        throw coreError(
          'PLUGIN_MISSING',
          `the plug-in "${plugin.name}" needs "${need}", which is not listed${nearest ? `; did you mean "${nearest}"?` : ''}`,
        );
      }
      plugin.install(this.#hostFor(plugin.name));
    }
  }

  /** The makers at a port, by name. */
  extensions<T>(port: Port<T>): ReadonlyMap<string, Make<T>> {
    return (this.#extensions.get(port)?.all ?? new Map()) as ReadonlyMap<string, Make<T>>;
  }

  #hostFor(owner: string): PluginHost {
    return {
      provide: (provider) => void this.providers.push(provider),
      provideFrom: (identifier, make, { calls = false } = {}) => void this.made.push({ identifier, make, calls }),
      handler: (handler) => void this.handlers.push({ handler, owner }),
      policy: (kind) => void this.policies.push(kind as unknown as PolicyKind<object>),
      section: (section) => void this.sections.push(section),
      serverTransport: (protocol, make) => this.serverTransports.add(protocol, make, owner),
      clientTransport: (protocol, make) => this.clientTransports.add(protocol, make, owner),
      registrar: (type, make) => this.registrars.add(type, make, owner),
      discovery: (type, make) => this.discoveries.add(type, make, owner),
      contractStore: (type, make) => this.contractStores.add(type, make, owner),
      configSource: (make) => void this.configSources.push(make),
      tracer: (make) => this.telemetry.add('tracer', make, owner),
      meter: (make) => this.telemetry.add('meter', make, owner),
      cipher: (name, make) => this.ciphers.add(name, make, owner),
      schema: (make, { published = true } = {}) => void this.schemas.push({ make, published }),
      parameterResolver: (key, make) =>
        void this.resolvers.push({ key: key as MetadataKey<unknown>, make: make as Make<ParameterResolver> }),
      instanceHook: (hook) => void this.instanceHooks.push(hook),
      onStart: (name, run) => void this.startHooks.push({ name: `${owner}: ${name}`, run }),
      onStop: (name, run) => void this.stopHooks.push({ name: `${owner}: ${name}`, run }),
      extend: (port, name, make) => {
        let extensions = this.#extensions.get(port);
        if (!extensions) this.#extensions.set(port, (extensions = new Named(port.name)));
        extensions.add(name, make, owner);
      },
    };
  }
}
