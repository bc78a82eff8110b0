import type { Leaf, Leaves } from './leaves.js';
import { NO_TEXTS, type DecryptedTexts } from './decrypted-texts.js';
import type { ConfigSource, Layer } from './source.js';

/** What a source holds, and what the encrypted texts in it mean. */
export interface ReadLayer {
  readonly layer: Layer;
  readonly texts: DecryptedTexts;
}

/** A source, and what is taken of it. */
export interface SourceState {
  readonly source: ConfigSource;
  /** As it was last read; undefined before that. */
  layer: Layer | undefined;
  /** What the encrypted texts of that layer mean. */
  texts: DecryptedTexts;
  /** How often it was read: what takes long to decrypt is out of date when it was read again meanwhile. */
  reads: number;
  /** What is in force of it. */
  leaves: Leaves;
}

export const NO_LEAVES: Leaves = new Map<string, Leaf>();

/** A source of which nothing was read. */
export function stateOf(source: ConfigSource): SourceState {
  return { source, layer: undefined, texts: NO_TEXTS, reads: 0, leaves: NO_LEAVES };
}

/** The most important first; of equals the one given first. */
export function inOrder(states: readonly SourceState[]): SourceState[] {
  return [...states].sort((a, b) => a.source.priority - b.source.priority);
}
