import type { InjectionSite, SiteMarks } from './injection-site.js';
import type { Recipe } from './provider.js';
import { nameOf, type Identifier } from './token.js';

/** What a binding knows of the scope it stands in. */
export interface Surrounding {
  readonly name: string;
  /** The nearest binding of an identifier, as seen from here. */
  find(identifier: Identifier): Binding | undefined;
  /** Everything that can be injected here. */
  names(): Iterable<Binding>;
}

/** Where a value comes from that a constructor, a property or a factory receives. */
export type Source =
  | { readonly kind: 'binding'; readonly binding: Binding }
  | { readonly kind: 'mark'; readonly resolve: () => unknown }
  | { readonly kind: 'nothing' };

/** A wish for a value, as read from a class or a factory, before anybody looked who provides it. */
export interface Need {
  /** `parameter 0 ('books') of its constructor`. */
  readonly place: string;
  /** Undefined when it has no type and no name. */
  readonly identifier: unknown;
  readonly optional: boolean;
  /** True when the identifier is a design type and not a name that somebody wrote. */
  readonly byType: boolean;
  readonly marks: SiteMarks;
  readonly site?: InjectionSite;
}

/** What a binding's value is made from: one source per parameter and per property. */
export interface Plan {
  readonly parameters: readonly Source[];
  readonly properties: readonly { readonly property: string | symbol; readonly source: Source }[];
}

/** One singleton of one scope: how it is made, and the instance when it is. */
export class Binding {
  /** What the engine knows it by. */
  readonly key: symbol;
  plan: Plan = { parameters: [], properties: [] };
  /** What it needs and where, for the search for circles. */
  needs: { readonly place: string; readonly binding: Binding }[] = [];
  /** What it asked for by `inject` and `injectLater` while it was made. */
  readonly asked = new Set<Binding>();
  state: 'new' | 'making' | 'pending' | 'made' | 'failed' = 'new';
  /** The instance when `made`, the error when `failed`. */
  outcome: unknown;

  constructor(
    public recipe: Recipe,
    readonly scope: Surrounding,
    /** The module that lists it, for messages. */
    public origin: string,
  ) {
    this.key = Symbol(nameOf(recipe.identifier));
  }

  get identifier(): Identifier {
    return this.recipe.identifier;
  }

  get name(): string {
    return nameOf(this.identifier);
  }

  /** The binding itself, or the one that its `useExisting` leads to; undefined when that is missing or circular. */
  get end(): Binding | undefined {
    const seen = new Set<Binding>();
    let current: Binding | undefined = this as Binding;
    while (current && !seen.has(current)) {
      seen.add(current);
      const recipe: Recipe = current.recipe;
      if (recipe.kind !== 'alias') return current;
      current = current.scope.find(recipe.target);
    }
    return undefined;
  }

  /** How a message calls what is being made: the class, or the factory of a token. */
  get title(): string {
    const { recipe } = this;
    if (recipe.kind === 'factory') return `the factory of ${this.name}`;
    return recipe.kind === 'class' ? nameOf(recipe.type) : this.name;
  }
}
