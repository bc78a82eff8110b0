import type { MetadataKey } from '../metadata/metadata-key.js';
import type { InjectionSite } from './injection-site.js';

/**
 * Finds the value for a parameter or property that carries a mark of its key (see `annotateSite`). Called once, right
 * before the constructor.
 *
 * @param mark - what the decorator wrote
 * @param site - where it stands
 *
 * @example
 * ```ts
 * const resolve: ParameterResolver<string> = (name) => process.env[name];
 * container.addParameterResolver(Env, resolve);
 * ```
 */
export type ParameterResolver<T = unknown> = (mark: T, site: InjectionSite) => unknown;

/** A resolver and the key of the marks that it understands. */
export interface ResolverEntry<T = unknown> {
  readonly key: MetadataKey<T>;
  readonly resolve: ParameterResolver<T>;
}

/** The resolvers of one container. */
export class ParameterResolvers {
  readonly #byKey = new Map<MetadataKey<unknown>, ParameterResolver>();

  add<T>(key: MetadataKey<T>, resolve: ParameterResolver<T>): void {
    this.#byKey.set(key as MetadataKey<unknown>, resolve as ParameterResolver);
  }

  get(key: MetadataKey<unknown>): ParameterResolver | undefined {
    return this.#byKey.get(key);
  }
}
