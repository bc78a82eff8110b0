import type { Config, ConfigChange, Disposer } from '@ts-chassis/core';
import type { GovernanceEvents } from './governance-events.js';
import { isGoverned } from './governed-keys.js';

/** Emits `reloaded`, once for each source, when a swap of the configuration changed anything that governance reads. */
export function recordReloads(config: Config, events: GovernanceEvents): Disposer {
  return config.watchModule('servicecomb', (changes) => {
    for (const [source, keys] of bySource(changes)) events.emit('reloaded', { source, keys });
  });
}

function bySource(changes: readonly ConfigChange[]): ReadonlyMap<string, readonly string[]> {
  const sources = new Map<string, string[]>();
  for (const { key, source } of changes) {
    if (!isGoverned(key)) continue;
    const keys = sources.get(source);
    if (keys) keys.push(key);
    else sources.set(source, [key]);
  }
  return sources;
}
