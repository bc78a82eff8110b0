import type { Binding } from './binding.js';
import type { Fault } from './fault.js';
import { declaredAt } from './needs.js';

/** One step of a path: a binding and the place in it that asks for the next one. */
export interface Step {
  readonly binding: Binding;
  readonly place: string;
}

/** The circles among linked bindings, each once. */
export function findCircles(bindings: readonly Binding[]): readonly Fault[] {
  const faults: Fault[] = [];
  const done = new Set<Binding>();
  const path: Step[] = [];
  const visit = (binding: Binding): void => {
    if (done.has(binding)) return;
    const start = path.findIndex((step) => step.binding === binding);
    if (start >= 0) {
      faults.push(circleFault(path.slice(start)));
      return;
    }
    for (const need of binding.needs) {
      path.push({ binding, place: need.place });
      visit(need.binding);
      path.pop();
    }
    done.add(binding);
  };
  for (const binding of bindings) visit(binding);
  return faults;
}

/** A way from one binding to another along what they need; undefined when there is none. */
export function findPath(from: Binding, to: Binding): readonly Step[] | undefined {
  const seen = new Set<Binding>();
  const search = (binding: Binding): readonly Step[] | undefined => {
    if (binding === to) return [];
    if (seen.has(binding)) return undefined;
    seen.add(binding);
    for (const need of binding.needs) {
      const rest = search(need.binding);
      if (rest) return [{ binding, place: need.place }, ...rest];
    }
    return undefined;
  };
  return search(from);
}

/** `A (parameter 0 of its constructor) -> B (inject(A)) -> A`, with the files below. */
export function circleFault(steps: readonly Step[]): Fault {
  const way = steps.map(({ binding, place }) => `${binding.title} (${place}) -> `).join('');
  const files = steps.flatMap(({ binding: { recipe, title } }) => {
    const place = recipe.kind === 'class' ? declaredAt(recipe.type) : '';
    return place ? [`${title}${place}`] : [];
  });
  const where = files.length > 0 ? `; declared: ${files.join(', ')}` : '';
  const message = `providers need one another in a circle: ${way}${steps[0]!.binding.title}${where}. Break it: let one of them take another by injectLater(...)`;
  return { code: 'CONTAINER_CYCLE', message };
}
