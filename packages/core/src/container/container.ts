import { coreError } from '../errors/core-error.js';
import type { Newable } from '../metadata/annotate.js';
import type { MetadataKey } from '../metadata/metadata-key.js';
import type { Binding } from './binding.js';
import { findCircles } from './circle.js';
import { Construction, type InstanceHook } from './construction.js';
import { throwFaults } from './fault.js';
import { hasOnApplicationShutdown, hasOnModuleInit, runStep, type HookStep } from './lifecycle.js';
import { Linker } from './link.js';
import { hint } from './missing.js';
import { ModuleGraph } from './module-graph.js';
import type { ModuleReference } from './module.js';
import { ParameterResolvers, type ParameterResolver, type ResolverEntry } from './parameter-resolver.js';
import type { Provider } from './provider.js';
import { nameOf, type Identifier } from './token.js';

/** What a container is made from. */
export interface ContainerOptions {
  readonly modules?: readonly ModuleReference[];
  /** What the application and its plug-ins provide to all; a module that provides the same identifier replaces it. */
  readonly providers?: readonly Provider[];
  /** Replace what modules provide, wherever it stands; the last one of an identifier wins. */
  readonly overrides?: readonly Provider[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each entry has a type of its own
  readonly resolvers?: readonly ResolverEntry<any>[];
  readonly hooks?: readonly InstanceHook[];
}

/** The singletons of one application: made all at once at start, looked up never after. */
export class Container {
  /** The classes that modules list as schemas, in order. */
  readonly schemas: readonly Newable[];
  /** The classes that modules list as handlers, in order. */
  readonly handlers: readonly Newable[];
  readonly #graph: ModuleGraph;
  readonly #resolvers = new ParameterResolvers();
  readonly #hooks: InstanceHook[];
  #construction: Construction | undefined;
  #bindings: readonly Binding[] = [];
  #stopped: Promise<void> | undefined;

  constructor(options: ContainerOptions) {
    this.#graph = new ModuleGraph(options);
    this.#hooks = [...(options.hooks ?? [])];
    this.schemas = this.#graph.schemas;
    this.handlers = this.#graph.handlers;
    for (const { key, resolve } of options.resolvers ?? []) this.addParameterResolver(key, resolve);
  }

  /** Lets the marks of a key be understood; before `build`. */
  addParameterResolver<T>(key: MetadataKey<T>, resolve: ParameterResolver<T>): void {
    this.#refuseWhenBuilt('addParameterResolver');
    this.#resolvers.add(key, resolve);
  }

  /** Lets a function see every instance that is made; before `build`. */
  addInstanceHook(hook: InstanceHook): void {
    this.#refuseWhenBuilt('addInstanceHook');
    this.#hooks.push(hook);
  }

  /**
   * Checks everything, then makes everything.
   *
   * @throws ChassisError `CONTAINER_MISSING`, `CONTAINER_CYCLE`, `CONTAINER_INVALID` or `TYPES_ERASED` with all faults at
   * once, before any constructor has run; `CONTAINER_FAILED` when one throws
   */
  async build(): Promise<void> {
    this.#refuseWhenBuilt('build');
    const linker = new Linker(this.#graph, this.#resolvers);
    const bindings = linker.link();
    throwFaults([...this.#graph.faults, ...linker.faults, ...findCircles(bindings)]);
    this.#bindings = bindings;
    this.#construction = new Construction(this.#graph.scopes, this.#hooks);
    await this.#construction.run(bindings);
  }

  /** @throws ChassisError `CONTAINER_MISSING` when nothing provides it, `CONTAINER_INVALID` before `build` */
  get<T>(identifier: Identifier<T>): T {
    const binding = this.#find(identifier);
    if (!binding) {
      throw coreError(
        'CONTAINER_MISSING',
        `nothing provides ${nameOf(identifier)}${hint(identifier, this.#graph.flat, this.#graph.scopes)}`,
      );
    }
    return this.#resolve(binding) as T;
  }

  tryGet<T>(identifier: Identifier<T>): T | undefined {
    const binding = this.#find(identifier);
    return binding && (this.#resolve(binding) as T);
  }

  has(identifier: Identifier): boolean {
    return this.#find(identifier) !== undefined;
  }

  /** Whether anything that was built asks for an identifier: by a parameter, a property, `inject` or `inject` of a factory. */
  injects(identifier: Identifier): boolean {
    const wanted = this.#find(identifier);
    return this.#bindings.some(
      ({ needs, asked }) => wanted && (asked.has(wanted) || needs.some(({ binding }) => binding === wanted)),
    );
  }

  /** Every object that was made or given as a value, once, dependencies first. */
  instances(): readonly object[] {
    return [...new Set(this.#objects().map(({ instance }) => instance))];
  }

  /**
   * Calls `onModuleInit` of every instance that has it, dependencies first, one after the other.
   *
   * @param step - runs each call; where a time limit goes
   */
  async init(step: HookStep = runStep): Promise<void> {
    for (const { title, instance } of this.#objects()) {
      if (!hasOnModuleInit(instance)) continue;
      const name = `onModuleInit of ${title}`;
      await step(name, () => named(name, () => instance.onModuleInit()));
    }
  }

  /**
   * Calls `onApplicationShutdown` of every instance that has it, dependents first, one after the other; one that fails
   * does not keep the others from being called. A second call waits for the first.
   *
   * @param signal - passed on
   * @param step - as for `init`
   * @throws ChassisError `LIFECYCLE_FAILED` after all, naming those that failed
   */
  shutdown(signal?: string, step: HookStep = runStep): Promise<void> {
    return (this.#stopped ??= this.#shutdown(signal, step));
  }

  async #shutdown(signal: string | undefined, step: HookStep): Promise<void> {
    const errors: unknown[] = [];
    for (const { title, instance } of this.#objects().reverse()) {
      if (!hasOnApplicationShutdown(instance)) continue;
      const name = `onApplicationShutdown of ${title}`;
      await step(name, () => named(name, () => instance.onApplicationShutdown(signal))).catch((error: unknown) =>
        errors.push(error),
      );
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length === 0) return;
    const reasons = errors.map((error) => (error instanceof Error ? error.message : String(error)));
    throw coreError('LIFECYCLE_FAILED', reasons.join('; '), { cause: new AggregateError(errors) });
  }

  #objects(): { readonly title: string; readonly instance: object }[] {
    const seen = new Set<unknown>();
    return (this.#construction?.made ?? []).flatMap(({ title, outcome }) => {
      if (typeof outcome !== 'object' || outcome === null || seen.has(outcome)) return [];
      seen.add(outcome);
      return [{ title, instance: outcome }];
    });
  }

  #find(identifier: Identifier): Binding | undefined {
    return (this.#graph.flat.find(identifier) ?? this.#graph.entries.get(identifier))?.end;
  }

  #resolve(binding: Binding): unknown {
    if (this.#construction) return this.#construction.resolve(binding);
    throw coreError('CONTAINER_INVALID', `${binding.name} was asked for before the container was built`);
  }

  #refuseWhenBuilt(action: string): void {
    if (this.#construction) throw coreError('CONTAINER_INVALID', `${action} was called after the container was built`);
  }
}

/**
 * Collects modules and providers; nothing is made before `build`.
 *
 * @example
 * ```ts
 * const container = createContainer({ modules: [CatalogModule] });
 * await container.build();
 * container.get(BookStore);
 * ```
 */
export function createContainer(options: ContainerOptions = {}): Container {
  return new Container(options);
}

async function named(name: string, run: () => void | Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw coreError('LIFECYCLE_FAILED', `${name} failed: ${reason}`, { cause: error });
  }
}
