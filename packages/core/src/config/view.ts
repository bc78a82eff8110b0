import { coreError } from '../errors/index.js';
import type { PlacedFault } from './accept.js';
import type { ConfigView, Origin } from './config.js';
import { coerce, isType } from './fit/coerce.js';
import { show } from './fit/fit.js';
import type { Section } from './section.js';
import type { SectionIndex } from './section-index.js';
import { partOf, type Snapshot } from './snapshot.js';

/** What a view of a snapshot needs to know of the configuration it belongs to. */
export interface ViewContext {
  readonly index: SectionIndex;
  /** Says a line once. */
  note(line: string): void;
}

/** Reads whatever snapshot it is given. */
export class SnapshotView implements ConfigView {
  constructor(
    private readonly snapshot: () => Snapshot,
    private readonly context: ViewContext,
  ) {}

  get<T>(key: string, fallback: T): T {
    const value = this.raw(key);
    if (value === undefined || value === null) return fallback;
    const type = typeNameOf(fallback);
    if (type === undefined) return value as T;
    const written = this.#written(key);
    const fitting = coerce({ type }, value, written);
    if (isType(type, fitting)) return fitting as T;
    const { source, place } = this.origin(key) ?? { source: 'several sources', place: '' };
    const where = place === '' ? source : place;
    this.context.note(`${where}: ${key} is read as ${type}, got ${show(key, value)}; ${show(key, fallback)} is used`);
    return fallback;
  }

  raw(key: string): unknown {
    return this.snapshot().raw(key);
  }

  section<T>(section: Section<T>, name?: string): T {
    if (!this.context.index.has(section)) {
      throw coreError(
        'CONFIG_INVALID',
        `section ${section.key} is not declared; list it with the application's sections`,
      );
    }
    const faults: PlacedFault[] = [];
    const value = this.snapshot().value(partOf(section, name), faults);
    if (faults.length > 0) throw invalid(faults);
    return value as T;
  }

  names(section: Section<unknown>): readonly string[] {
    return this.snapshot().names(section);
  }

  origin(key: string): Origin | undefined {
    return this.snapshot().origin(key);
  }

  #written(key: string): string | undefined {
    const leaf = this.snapshot().leaves.get(key);
    return leaf?.layer.written?.(leaf.key);
  }
}

/** The refusal that names every fault. */
export function invalid(faults: readonly PlacedFault[], others: readonly string[] = []): Error {
  const lines = [...others, ...faults.map(sayFault)];
  const head =
    lines.length === 1
      ? 'the configuration is not valid: '
      : `the configuration is not valid, ${lines.length} faults:\n  `;
  const details = { faults: faults.map(({ place, key, expected, got }) => ({ place, key, expected, got })) };
  return coreError('CONFIG_INVALID', head + lines.join('\n  '), { details });
}

/** One fault in words: where, which key, what was expected and what came. */
export function sayFault({ place, key, expected, got }: PlacedFault): string {
  return `${place === '' ? '' : `${place}: `}${key}: expected ${expected}, got ${got}`;
}

function typeNameOf(fallback: unknown): string | undefined {
  if (Array.isArray(fallback)) return 'array';
  if (fallback === null || fallback === undefined) return undefined;
  return typeof fallback === 'object' ? 'object' : typeof fallback;
}
