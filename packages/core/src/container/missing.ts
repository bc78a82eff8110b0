import type { Fault } from './fault.js';
import type { Binding, Need, Surrounding } from './binding.js';
import { nearestName } from '../errors/nearest-name.js';
import { declaredAt } from './needs.js';
import { isIdentifier, nameOf, type Identifier } from './token.js';
import type { Scope } from './scope.js';

/** Types that many values have, so that nothing can be found by them. */
const VAGUE = new Set<unknown>([String, Number, Boolean, Symbol, BigInt, Array, Function, Promise]);

/**
 * Says that nothing provides what a class or factory needs, and why that may be.
 *
 * @param scopes - every scope, to find what a private module keeps for itself
 */
export function missing(binding: Binding, need: Need, scopes: readonly Scope[]): Fault {
  const { recipe } = binding;
  const place = recipe.kind === 'class' ? declaredAt(recipe.type) : '';
  const start = `${binding.title} of ${binding.origin}${place}: ${need.place} `;
  if (need.byType && need.identifier === undefined) {
    return invalid(
      `${start}has a type that was undefined when the class was decorated, since files import one another in a circle; write @Inject(() => ...)`,
    );
  }
  if (!isIdentifier(need.identifier))
    return invalid(`${start}names no class and no token, but ${String(need.identifier)}`);
  if (need.byType && need.identifier === Object) {
    return invalid(
      `${start}has a type that leaves nothing at run time: an interface, a type alias, a union, or a class imported by \`import type\`; import the class itself or name a token with @Inject(...)`,
    );
  }
  if (need.byType && VAGUE.has(need.identifier)) {
    return invalid(
      `${start}is a ${nameOf(need.identifier)}, and nothing is found by that type; name a token with @Inject(...)`,
    );
  }
  return {
    code: 'CONTAINER_MISSING',
    message: `${start}needs ${nameOf(need.identifier)}, which nothing provides${hint(need.identifier, binding.scope, scopes)}`,
  };
}

/** `; nearest: BookStore of CatalogModule` and the like; empty when nothing helps. */
export function hint(identifier: Identifier, scope: Surrounding, scopes: readonly Scope[]): string {
  const keeper = scopes.find((other) => other.own.has(identifier));
  if (keeper) return ` here: it belongs to the private module ${keeper.name}, which does not export it to this place`;
  const name = nameOf(identifier);
  const candidates = new Map([...scope.names()].map((binding) => [binding.name, binding]));
  const nearest = nearestName(name, candidates.keys());
  if (nearest === undefined) return '';
  const origin = candidates.get(nearest)!.origin;
  if (nearest !== name) return `; nearest: ${nearest} of ${origin}`;
  return `; ${origin} provides another one of the same name: is a file or a package loaded twice?`;
}

function invalid(message: string): Fault {
  return { code: 'CONTAINER_INVALID', message };
}
