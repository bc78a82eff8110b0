import type { Leaf, Leaves } from './leaves.js';
import type { ConfigSource, Layer } from './source.js';

/** A source, and what is taken of it. */
export interface SourceState {
  readonly source: ConfigSource;
  /** As it was last read; undefined before that. */
  layer: Layer | undefined;
  /** What is in force of it. */
  leaves: Leaves;
}

export const NO_LEAVES: Leaves = new Map<string, Leaf>();

/** A source of which nothing was read. */
export function stateOf(source: ConfigSource): SourceState {
  return { source, layer: undefined, leaves: NO_LEAVES };
}

/** The most important first; of equals the one given first. */
export function inOrder(states: readonly SourceState[]): SourceState[] {
  return [...states].sort((a, b) => a.source.priority - b.source.priority);
}
