import { REDACTED } from '../security/redact-text.js';
import { flatten } from './leaves.js';
import type { Snapshot } from './snapshot.js';
import type { SectionIndex } from './section-index.js';
import type { SourceState } from './source-state.js';

/**
 * One value of the configuration in force and where it comes from.
 *
 * @example
 * ```ts
 * const entry: ConfigEntry = { key: 'servicecomb.log.level', value: 'debug', source: 'files', place: 'conf/chassis.yaml:4' };
 * ```
 */
export interface ConfigEntry {
  readonly key: string;
  /** `[redacted]` where it was written as `cipher(...)`. */
  readonly value: unknown;
  /** The source's name; `default` where a section says what stands in for an absent key. */
  readonly source: string;
  /** File and line, variable name, or flag; empty for defaults. */
  readonly place: string;
}

/** What the entries are read from. */
export interface EntriesOf {
  readonly snapshot: Snapshot;
  readonly index: SectionIndex;
  readonly states: readonly SourceState[];
}

/**
 * Every value in force by key, the defaults of sections among them. Of the environment's variables only those that mean a key: of a
 * declared section, or one that another source has too.
 */
export function configEntries({ snapshot, index, states }: EntriesOf): readonly ConfigEntry[] {
  const entries = new Map<string, ConfigEntry>();
  const caseless = new Set(states.filter(({ layer }) => layer?.caseless).map(({ source }) => source.name));
  const isMeant = (key: string): boolean =>
    index.locate(key) !== undefined ||
    states.some(({ source, leaves }) => !caseless.has(source.name) && leaves.has(key));
  for (const [key, { value, source, secret }] of snapshot.leaves) {
    if (caseless.has(source) && !isMeant(key)) continue;
    const shown = secret ? REDACTED : value;
    entries.set(key, { key, value: shown, source, place: snapshot.origin(key)?.place ?? '' });
  }
  for (const part of snapshot.parts()) {
    // what it is read as is no tree of keys
    if (part.section.read) continue;
    flatten(
      snapshot.value(part, []),
      (key, value) => {
        if (value === undefined || entries.has(key) || snapshot.raw(key) !== undefined) return;
        if (snapshot.isSecret(key)) return;
        entries.set(key, { key, value, source: 'default', place: '' });
      },
      part.prefix,
    );
  }
  return [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
