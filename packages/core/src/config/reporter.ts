import type { Logger } from '../telemetry/logger.js';
import { sayFault } from './view.js';
import type { Refusal } from './accept.js';
import type { PartFaults } from './snapshot.js';

/** Says what was refused, each thing once until it is mended. */
export class Reporter {
  readonly #said = new Set<string>();
  /** By source and section: the last refusal. */
  readonly #refused = new Map<string, string>();

  constructor(private readonly logger: Logger) {}

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

  /** A source that could not be read; its last good values stay. */
  unreadable(source: string, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#say(source, `${message}; the last good values of ${source} stay`, { source });
  }

  /** A section that takes effect at the next start only. */
  waits(source: string, sections: readonly string[]): void {
    for (const section of sections) {
      this.#say(`${source} ${section}`, `${section} was changed by ${source} and takes effect at the next start`, {
        source,
        section,
      });
    }
  }

  /** Someone who uses a section could not: a handler that cannot be planned with it. */
  rejected(source: string, sections: readonly string[], error: unknown): void {
    const what = sections.length > 0 ? `${sections.join(', ')} keep their last good values` : 'the change is refused';
    this.logger.warn(`${error instanceof Error ? error.message : String(error)}; ${what}`, { source, sections });
  }

  /** What a source says is fine again, but for these sections: their next refusal is news. */
  mended(source: string, still: readonly string[]): void {
    for (const id of this.#refused.keys()) {
      if (id !== source && !id.startsWith(`${source} `)) continue;
      if (!still.some((section) => id === `${source} ${section}`)) this.#refused.delete(id);
    }
  }

  #say(id: string, line: string, fields: Record<string, unknown>): void {
    if (this.#refused.get(id) === line) return;
    this.#refused.set(id, line);
    this.logger.warn(line, fields);
  }
}
