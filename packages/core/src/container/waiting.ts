import { coreError } from '../errors/core-error.js';
import type { Binding } from './binding.js';

const AsyncFunction = (async () => {}).constructor;

/** Whether a factory says by its very syntax that it gives a promise. */
export function isAsyncFactory({ recipe }: Binding): boolean {
  return recipe.kind === 'factory' && recipe.make instanceof AsyncFunction;
}

/** What a binding would have to wait for: itself or a need whose promise is not settled or not even asked for. */
export function findWaiting(binding: Binding, seen = new Set<Binding>()): Binding | undefined {
  if (binding.state === 'made' || seen.has(binding)) return undefined;
  seen.add(binding);
  if (binding.state === 'pending' || (binding.state === 'new' && isAsyncFactory(binding))) return binding;
  for (const need of binding.needs) {
    const waiting = findWaiting(need.binding, seen);
    if (waiting) return waiting;
  }
  return undefined;
}

/** Refuses an `inject` that came before the promise had settled. */
export function notYet(asked: Binding, waiting: Binding): Error {
  const through = asked === waiting ? '' : `, since it needs ${waiting.name}`;
  return coreError(
    'CONTAINER_INVALID',
    `${asked.name} cannot be injected here yet${through}: ${waiting.title} of ${waiting.origin} gives a promise that is not settled; ask for it by a constructor parameter, or in \`inject\` of the factory`,
  );
}
