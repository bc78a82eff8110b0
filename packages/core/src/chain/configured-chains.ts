import { coreError } from '../errors/core-error.js';
import type { ChainTarget } from './chain-target.js';
import type { ConfiguredChain } from './choose-handlers.js';
import type { Reads } from './reads.js';

/**
 * The configured chains of a target that name anything, the nearest first: the one asked for or named like the listener, then `default`.
 *
 * @throws ChassisError `CHAIN_INVALID` when the one asked for is not configured
 */
export function configuredChains(
  { side, listener, chain }: Omit<ChainTarget, 'last'>,
  reads: Reads,
): readonly ConfiguredChain[] {
  if (side === 'method') return [];
  const group = `servicecomb.handler.chain.${side === 'provider' ? 'Provider' : 'Consumer'}`;
  const chains = [...new Set([chain ?? listener ?? 'default', 'default'])].map((name) => {
    const key = `${group}.${name}`;
    return { key, names: namesIn(reads.read(key, (view) => view.raw(key))) };
  });
  if (chain !== undefined && chain !== 'default' && chains[0]?.names.length === 0) {
    throw coreError(
      'CHAIN_INVALID',
      `a call asks for the ${side} chain "${chain}", which is not configured: expected ${group}.${chain}`,
    );
  }
  return chains.filter(({ names }) => names.length > 0);
}

/** A list, or go-chassis's text with commas; all spaces are dropped, and empty items. */
function namesIn(value: unknown): readonly string[] {
  const texts = Array.isArray(value) ? value.map(String) : typeof value === 'string' ? [value] : [];
  return texts.flatMap((text) => text.replace(/\s/g, '').split(',')).filter((name) => name !== '');
}
