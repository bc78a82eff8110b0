import { annotate, read, type AnyClass, type Newable } from '../metadata/annotate.js';
import { callSite, DeclaredAt } from '../metadata/call-site.js';
import { metadataKey } from '../metadata/metadata-key.js';
import type { Provider } from './provider.js';
import type { Identifier } from './token.js';

/**
 * What a module brings. Modules are flat: what one provides, all can inject, whether they import it or not; `private`
 * draws a border.
 *
 * @example
 * ```ts
 * const definition: ModuleDefinition = { providers: [BookStore], schemas: [CatalogService] };
 * ```
 */
export interface ModuleDefinition {
  /** Modules that belong to this one; a function gives one whose file is evaluated later. */
  readonly imports?: readonly ModuleReference[];
  readonly providers?: readonly Provider[];
  /** Classes that are served or consumed as schemas; they are providers too. */
  readonly schemas?: readonly Newable[];
  /** Handlers of the chain; they are providers too. */
  readonly handlers?: readonly Newable[];
  /** What importers of a private module see: identifiers, or imported modules whose exports pass through. */
  readonly exports?: readonly (Identifier | ConfiguredModule)[];
  /** True: only `exports` can be injected from outside, by the module that imports this one. Default false. */
  readonly private?: boolean;
  /** True on a private module that another private one imports: everybody sees its exports. Default false. */
  readonly global?: boolean;
}

/**
 * A module configured by its importer: what a static method of a module class returns. Its lists add to those of the
 * `@Module` decorator on the class.
 *
 * @example
 * ```ts
 * @Module({})
 * class RatesModule {
 *   static of(url: string): ConfiguredModule {
 *     return { module: RatesModule, providers: [{ provide: RATES_URL, useValue: url }] };
 *   }
 * }
 * ```
 */
export interface ConfiguredModule extends ModuleDefinition {
  readonly module: Newable;
}

/**
 * An entry of `imports`.
 *
 * @example
 * ```ts
 * const imports: ModuleReference[] = [CatalogModule, RatesModule.of('http://rates'), () => OrdersModule];
 * ```
 */
export type ModuleReference = Newable | ConfiguredModule | (() => Newable | ConfiguredModule);

const MODULE = metadataKey<ModuleDefinition>('@Module');

/**
 * Makes a class a module. Its constructor is injected as any other and it may have lifecycle methods.
 *
 * @example
 * ```ts
 * @Module({ imports: [PricesModule], providers: [BookStore], schemas: [CatalogService], handlers: [AuditHandler] })
 * export class CatalogModule {}
 * ```
 */
export function Module(definition: ModuleDefinition = {}): (target: Newable) => void {
  const declaredAt = callSite(Module);
  return (target) => {
    annotate(target, MODULE, { value: definition });
    annotate(target, DeclaredAt, { value: declaredAt });
  };
}

/** What `@Module` wrote on a class or an ancestor; undefined when it is no module. */
export function moduleDefinition(type: AnyClass): ModuleDefinition | undefined {
  return read(type, MODULE);
}

export function isConfigured(value: unknown): value is ConfiguredModule {
  return typeof value === 'object' && value !== null && 'module' in value;
}
