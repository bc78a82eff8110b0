import type { Newable } from '../metadata/annotate.js';
import { Binding } from './binding.js';
import { collect, type Fault } from './fault.js';
import { openBorders, type Border, type Collected, type ModuleKey } from './module-border.js';
import {
  isConfigured,
  moduleDefinition,
  type ConfiguredModule,
  type ModuleDefinition,
  type ModuleReference,
} from './module.js';
import { describe, toRecipe, type Provider } from './provider.js';
import { Scope } from './scope.js';
import { isClass, nameOf, type Identifier } from './token.js';

/** What the application lists; see `ContainerOptions`. */
export interface Listed {
  readonly modules?: readonly ModuleReference[];
  readonly providers?: readonly Provider[];
  readonly overrides?: readonly Provider[];
}

/** The origin of what the application itself provides: modules may replace it. */
const APPLICATION = 'the application';

/** Walks the modules once and sorts what they list into scopes; faults are kept, not thrown. */
export class ModuleGraph {
  readonly flat = new Scope(APPLICATION);
  readonly scopes: Scope[] = [this.flat];
  readonly schemas: Newable[] = [];
  readonly handlers: Newable[] = [];
  /** Schemas and handlers, wherever they are: the application reaches into private modules for them. */
  readonly entries = new Map<Identifier, Binding>();
  readonly faults: Fault[] = [];
  readonly #collected = new Map<ModuleKey, Collected>();
  readonly #borders: Border[] = [];
  readonly #listedClasses: {
    readonly type: Newable;
    readonly scope: Scope;
    readonly origin: string;
    readonly entry: boolean;
  }[] = [];

  constructor(listed: Listed) {
    for (const [index, provider] of (listed.providers ?? []).entries()) {
      this.#provide(provider, this.flat, { origin: APPLICATION, place: `providers[${index}] of the application` });
    }
    for (const [index, reference] of (listed.modules ?? []).entries()) {
      this.#import(reference, this.flat, `modules[${index}] of the application`);
    }
    for (const { type, scope, origin, entry } of this.#listedClasses) this.#bindListed({ type, scope, origin, entry });
    this.faults.push(...openBorders(this.#collected, this.#borders, APPLICATION));
    for (const [index, provider] of (listed.overrides ?? []).entries()) this.#override(provider, `overrides[${index}]`);
  }

  #import(reference: ModuleReference, importer: Scope, place: string): ModuleKey | undefined {
    const module =
      typeof reference === 'function' && !isClass(reference)
        ? (reference as () => Newable | ConfiguredModule)()
        : reference;
    const configured = isConfigured(module) ? module : undefined;
    const type = configured?.module ?? module;
    const declared = isClass(type) ? moduleDefinition(type) : undefined;
    if (!isClass(type) || !(configured ?? declared)) {
      this.#fault(`${place}: expected a class with @Module or { module, ... }, got ${describe(module)}`);
      return undefined;
    }
    const closed = configured?.private ?? declared?.private ?? false;
    const key = configured ?? (type as Newable);
    if (closed) {
      this.#borders.push({ from: key, to: importer });
      if (configured?.global ?? declared?.global) this.#borders.push({ from: key, to: this.flat });
    }
    if (!this.#collected.has(key))
      this.#collect(key, {
        type: type as Newable,
        declared,
        configured,
        scope: closed ? this.#open(nameOf(type)) : this.flat,
      });
    return key;
  }

  #open(name: string): Scope {
    const scope = new Scope(name, this.flat);
    this.scopes.push(scope);
    return scope;
  }

  #collect(
    key: ModuleKey,
    module: {
      type: Newable;
      declared: ModuleDefinition | undefined;
      configured: ConfiguredModule | undefined;
      scope: Scope;
    },
  ): void {
    const { type, declared, configured, scope } = module;
    const collected: Collected = { scope, exports: [], imports: [] };
    this.#collected.set(key, collected);
    // In the flat scope the decorator's own lists count once, however often the class is configured.
    const declaredAlready = configured && scope === this.flat && this.#collected.has(type);
    if (configured && scope === this.flat && !declaredAlready && declared) this.#collected.set(type, collected);
    if (declared && !declaredAlready) this.#read(declared, collected, nameOf(type));
    if (configured) this.#read(configured, collected, nameOf(type));
    this.#listedClasses.push({ type, scope, origin: nameOf(type), entry: false });
  }

  #read(definition: ModuleDefinition, into: Collected, origin: string): void {
    const { scope } = into;
    for (const [index, reference] of (definition.imports ?? []).entries()) {
      const key = this.#import(reference, scope, `imports[${index}] of ${origin}`);
      if (key) into.imports.push(key);
    }
    for (const [index, provider] of (definition.providers ?? []).entries()) {
      this.#provide(provider, scope, { origin, place: `providers[${index}] of ${origin}` });
    }
    this.#list(definition, 'schemas', { scope, origin });
    this.#list(definition, 'handlers', { scope, origin });
    into.exports.push(...(definition.exports ?? []));
  }

  #list(definition: ModuleDefinition, list: 'schemas' | 'handlers', at: { scope: Scope; origin: string }): void {
    for (const [index, type] of (definition[list] ?? []).entries()) {
      if (!isClass(type)) {
        this.#fault(`${list}[${index}] of ${at.origin}: expected a class, got ${describe(type)}`);
        continue;
      }
      if (!this[list].includes(type)) this[list].push(type);
      this.#listedClasses.push({ type, ...at, entry: true });
    }
  }

  #provide(provider: Provider, scope: Scope, at: { origin: string; place: string }): void {
    collect(this.faults, () => {
      const recipe = toRecipe(provider, at.place);
      const present = scope.own.get(recipe.identifier);
      if (present && sameRecipe(present.recipe, recipe)) return;
      if (present && (present.origin !== APPLICATION || at.origin === APPLICATION)) {
        const name = nameOf(recipe.identifier);
        this.#fault(
          `${name} is provided twice and differently, by ${present.origin} and by ${at.origin}: remove one, make a module private, or replace it by \`overrides\``,
        );
        return;
      }
      scope.own.set(recipe.identifier, new Binding(recipe, scope, at.origin));
    });
  }

  #bindListed(listed: { type: Newable; scope: Scope; origin: string; entry: boolean }): void {
    const { type, scope, origin, entry } = listed;
    let binding = scope.own.get(type);
    if (!binding)
      scope.own.set(type, (binding = new Binding({ kind: 'class', identifier: type, type }, scope, origin)));
    if (entry && !this.entries.has(type)) this.entries.set(type, binding);
  }

  #override(provider: Provider, place: string): void {
    collect(this.faults, () => {
      const recipe = toRecipe(provider, place);
      const replaced = this.scopes.flatMap((scope) => scope.own.get(recipe.identifier) ?? []);
      for (const binding of replaced) Object.assign(binding, { recipe, origin: place });
      if (replaced.length === 0) this.flat.own.set(recipe.identifier, new Binding(recipe, this.flat, place));
    });
  }

  #fault(message: string): void {
    this.faults.push({ code: 'CONTAINER_INVALID', message });
  }
}

/** The same thing listed by two modules is one singleton. */
function sameRecipe(left: ReturnType<typeof toRecipe>, right: ReturnType<typeof toRecipe>): boolean {
  if (left.kind === 'class') return right.kind === 'class' && left.type === right.type;
  if (left.kind === 'value') return right.kind === 'value' && left.value === right.value;
  if (left.kind === 'factory') return right.kind === 'factory' && left.make === right.make;
  return right.kind === 'alias' && left.target === right.target;
}
