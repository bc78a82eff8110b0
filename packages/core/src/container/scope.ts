import { Binding, type Surrounding } from './binding.js';
import { toRecipe } from './provider.js';
import { isToken, type Identifier } from './token.js';

/** What can see what: the flat scope of the application, and one more for each private module. */
export class Scope implements Surrounding {
  readonly own = new Map<Identifier, Binding>();
  /** What private modules that were imported here export. */
  readonly seen = new Map<Identifier, Binding>();

  constructor(
    readonly name: string,
    readonly parent?: Scope,
  ) {}

  /** A token's default is bound for all when nothing else is there. */
  find(identifier: Identifier): Binding | undefined {
    for (let scope: Scope | undefined = this as Scope; scope; scope = scope.parent) {
      const binding = scope.own.get(identifier) ?? scope.seen.get(identifier);
      if (binding) return binding;
      if (!scope.parent) return scope.#bindDefault(identifier);
    }
    return undefined;
  }

  *names(): Iterable<Binding> {
    yield* this.own.values();
    yield* this.seen.values();
    if (this.parent) yield* this.parent.names();
  }

  #bindDefault(identifier: Identifier): Binding | undefined {
    if (!isToken(identifier) || !identifier.makeDefault) return undefined;
    const recipe = toRecipe({ provide: identifier, useFactory: identifier.makeDefault }, identifier.name);
    const binding = new Binding(recipe, this, 'its default');
    this.own.set(identifier, binding);
    return binding;
  }
}
