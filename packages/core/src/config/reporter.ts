import type { Logger } from '../telemetry/logger.js';
import type { PlacedFault, Refusal } from './accept.js';
import { sayFault } from './view.js';
import type { PartFaults } from './snapshot.js';

/** What somebody who uses sections could not live with. */
export interface Rejection {
  readonly source: string;
  readonly sections: readonly string[];
  /** Where their values are written. */
  readonly places: readonly string[];
}

/** Says what was refused, each thing once until it is mended. */
export class Reporter {
  readonly #said = new Set<string>();
  /** By source and section: the last refusal. */
  readonly #refused = new Map<string, string>();
  /** What was refused during the present change. */
  readonly #touched = new Set<string>();

  /** @param hide - blots out what was decrypted */
  constructor(
    private readonly logger: Logger,
    private readonly hide: (text: string) => string = (text) => text,
  ) {}

  /** A warning that is not repeated; how many are remembered is bounded. */
  once(line: string): void {
    if (this.#said.has(line)) return;
    if (this.#said.size >= 10_000) this.#said.clear();
    this.#said.add(line);
    this.logger.warn(line);
  }

  /** One line for each section that is refused. */
  refused(source: string, refusals: readonly (Refusal | PartFaults)[]): void {
    for (const { part, faults } of refusals) {
      const line = `${faults.map(sayFault).join('; ')}; ${part.prefix} keeps its last good values`;
      this.#say(`${source} ${part.prefix}`, line, { source, section: part.prefix });
    }
  }

  /** One line for each followed key that is refused, with what it keeps. */
  misfits(source: string, faults: readonly PlacedFault[], kept: (key: string) => string): void {
    for (const fault of faults) {
      const { key } = fault;
      this.#say(`${source} ${key}`, `${sayFault(fault)}; ${key} keeps ${kept(key)}`, { source, key });
    }
  }

  /** A source that could not be read; its last good values stay. */
  unreadable(source: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#say(source, `${message}; the last good values of ${source} stay`, { source });
  }

  /** A remote source that could not be read yet. */
  missing(source: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#say(source, `${message}; there are no values of ${source} yet, and it is asked on`, { source });
  }

  /** A section that takes effect at the next start only. */
  waits(source: string, section: string): void {
    const line = `${section} was changed by ${source} and takes effect at the next start`;
    this.#say(`${source} ${section}`, line, { source, section });
  }

  /** Someone who uses a section could not: a handler that cannot be planned with it. */
  rejected({ source, sections, places }: Rejection, error: unknown): void {
    const where = places.length > 0 ? `${places.join(', ')}: ` : '';
    const what = sections.length > 0 ? `${sections.join(', ')} keep their last good values` : 'the change is refused';
    const line = `${where}${error instanceof Error ? error.message : String(error)}; ${what}`;
    this.#say(`${source} ${sections.join(' ')}!`, line, { source, sections });
  }

  /** A change of a source begins. */
  begin(): void {
    this.#touched.clear();
  }

  /** A change of a source is taken over: what it no longer does wrong is news the next time. */
  end(source: string): void {
    for (const id of this.#refused.keys()) {
      if ((id === source || id.startsWith(`${source} `)) && !this.#touched.has(id)) this.#refused.delete(id);
    }
  }

  #say(id: string, told: string, fields: Record<string, unknown>): void {
    const line = this.hide(told);
    this.#touched.add(id);
    if (this.#refused.get(id) === line) return;
    this.#refused.set(id, line);
    this.logger.warn(line, fields);
  }
}
