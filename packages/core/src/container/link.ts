import type { Binding, Need, Source } from './binding.js';
import { collect, type Fault } from './fault.js';
import { missing } from './missing.js';
import type { ModuleGraph } from './module-graph.js';
import { factoryNeeds, parameterNeeds, propertyNeeds } from './needs.js';
import type { ParameterResolvers } from './parameter-resolver.js';
import { isIdentifier, nameOf } from './token.js';

const NOTHING: Source = { kind: 'nothing' };

/** Finds for every binding who provides what it needs; what nobody provides becomes a fault. */
export class Linker {
  readonly faults: Fault[] = [];

  constructor(
    private readonly graph: ModuleGraph,
    private readonly resolvers: ParameterResolvers,
  ) {}

  /** Every binding that is to be made, linked. Defaults of tokens join while the walk goes on. */
  link(): readonly Binding[] {
    const bindings: Binding[] = [];
    for (const scope of this.graph.scopes) {
      for (const binding of scope.own.values()) {
        collect(this.faults, () => this.#linkOne(binding));
        bindings.push(binding);
      }
    }
    // A default that was first asked for by a private module came too late for the walk through the flat scope.
    for (const binding of this.graph.flat.own.values()) if (!bindings.includes(binding)) bindings.push(binding);
    return bindings.filter((binding) => binding.recipe.kind !== 'alias');
  }

  #linkOne(binding: Binding): void {
    const { recipe } = binding;
    if (recipe.kind === 'alias') return this.#checkAlias(binding);
    if (recipe.kind === 'value') return;
    const parameters = recipe.kind === 'class' ? parameterNeeds(recipe.type) : factoryNeeds(recipe.inject);
    const properties = recipe.kind === 'class' ? propertyNeeds(recipe.type) : [];
    binding.plan = {
      parameters: parameters.map((need) => this.#source(binding, need)),
      properties: properties.map((need) => ({ property: need.property, source: this.#source(binding, need) })),
    };
  }

  #source(binding: Binding, need: Need): Source {
    if (need.marks.size > 0) return this.#marked(binding, need);
    const named = isIdentifier(need.identifier) ? binding.scope.find(need.identifier) : undefined;
    const found = named?.end;
    if (found) {
      binding.needs.push({ place: need.place, binding: found });
      return { kind: 'binding', binding: found };
    }
    // A broken `useExisting` is a fault of its own.
    if (!need.optional && !named) this.faults.push(missing(binding, need, this.graph.scopes));
    return NOTHING;
  }

  #marked(binding: Binding, need: Need): Source {
    const [[key, value]] = [...need.marks] as [[Parameters<ParameterResolvers['get']>[0], unknown]];
    const resolve = this.resolvers.get(key);
    const { site } = need;
    const start = `${binding.title} of ${binding.origin}: ${need.place} `;
    if (need.marks.size > 1 || !need.byType) {
      const names = [...need.marks.keys()].map((mark) => mark.name);
      this.faults.push({
        code: 'CONTAINER_INVALID',
        message: `${start}carries ${[...names, ...(need.byType ? [] : ['@Inject'])].join(' and ')}; only one can give the value`,
      });
    } else if (!resolve) {
      this.faults.push({
        code: 'CONTAINER_INVALID',
        message: `${start}carries ${key.name}, which nothing in this application resolves`,
      });
    } else if (site) {
      return { kind: 'mark', resolve: () => resolve(value, site) };
    }
    return NOTHING;
  }

  #checkAlias(binding: Binding): void {
    if (binding.end || binding.recipe.kind !== 'alias') return;
    const { target } = binding.recipe;
    const next = binding.scope.find(target);
    if (!next) {
      const need = { place: 'its useExisting', identifier: target, optional: false, byType: false, marks: new Map() };
      this.faults.push(missing(binding, need, this.graph.scopes));
      return;
    }
    this.faults.push({
      code: 'CONTAINER_CYCLE',
      message: `${binding.name} of ${binding.origin}: useExisting leads to ${nameOf(target)} and round in a circle`,
    });
  }
}
