import { ChassisError } from '../errors/chassis-error.js';
import { coreError } from '../errors/core-error.js';
import type { Binding } from './binding.js';
import { declaredAt } from './needs.js';

/** Names the provider whose code threw; what the container itself said inside needs no more words. */
export function explain(binding: Binding, error: unknown): Error {
  if (ChassisError.is(error) && /^(CONTAINER|TYPES)_/.test(error.code)) return error;
  const { recipe } = binding;
  const what =
    recipe.kind === 'class' ? `the constructor of ${binding.title}${declaredAt(recipe.type)}` : binding.title;
  const reason = error instanceof Error ? error.message : String(error);
  return coreError('CONTAINER_FAILED', `${what} of ${binding.origin} failed: ${reason}`, { cause: error });
}

/** Remembers the failure, so that everybody who asks gets the same. */
export function fail(binding: Binding, error: unknown): void {
  binding.state = 'failed';
  binding.outcome = error;
}
