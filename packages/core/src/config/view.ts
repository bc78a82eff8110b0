import { coreError } from '../errors/index.js';
import type { PlacedFault } from './accept.js';
import type { ConfigView, Origin } from './config.js';
import { show } from './fit/fit.js';
import { readAs, typeNameOf } from './followed-keys.js';
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
    const type = typeNameOf(fallback);
    if (type === undefined) return (this.raw(key) ?? fallback) as T;
    const read = readAs(this.snapshot(), key, type);
    if (!read) return fallback;
    if ('value' in read) return read.value as T;
    this.context.note(`${sayFault(read.fault)}; ${show(key, fallback)} is used`);
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
export function sayFault({ place, key, written, expected, got }: PlacedFault): string {
  const spelled = written === undefined ? key : `${written} (${key})`;
  return `${place === '' ? '' : `${place}: `}${spelled}: expected ${expected}, got ${got}`;
}
