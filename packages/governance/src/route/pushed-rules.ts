import { nearestName, type Disposer, type Logger, type SectionFault } from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import { readRules } from './read-rules.js';
import type { ServiceRules } from './route-rule.js';
import type { RouteSource } from './route-source.js';
import type { RouteTable, RouteTables } from './route-table.js';

/** Where routers look; what stands in it is replaced when rules are pushed. */
export interface RouteCell {
  table: RouteTable | undefined;
}

/** What pushed rules are kept with. */
export interface PushedRulesOptions {
  readonly tables: RouteTables;
  readonly logger: Logger;
  /** Whether tags that name no version mean the latest. */
  latest(): boolean;
}

/** The rules that a source of a plug-in tells, by service. */
export class PushedRules {
  readonly #cells = new Map<string, RouteCell>();
  readonly #models = new Map<string, ServiceRules>();

  constructor(private readonly options: PushedRulesOptions) {}

  /** Where the rules of a service are found from now on. */
  cell(service: string): RouteCell {
    let cell = this.#cells.get(service);
    if (!cell) {
      this.#cells.set(service, (cell = { table: undefined }));
      this.#fill(service, cell);
    }
    return cell;
  }

  /** Starts a source. */
  async start(source: RouteSource, addresses: readonly string[]): Promise<Disposer> {
    const stop = await source.start({ addresses, push: (rules) => this.push(rules) });
    return stop ?? (() => undefined);
  }

  /** Takes the rules of all services; those that cannot be right leave what was there. */
  push(rules: Readonly<Record<string, unknown>>): void {
    for (const service of this.#models.keys()) if (!Object.hasOwn(rules, service)) this.#models.delete(service);
    for (const [service, raw] of Object.entries(rules)) {
      const model = this.#read(service, raw);
      if (model) this.#models.set(service, model);
    }
    for (const [service, cell] of this.#cells) this.#fill(service, cell);
  }

  #read(service: string, raw: unknown): ServiceRules | undefined {
    const faults: SectionFault[] = [];
    const model = readRules(`rules of ${service}`, raw, {
      refuse: (fault) => faults.push(fault),
      before: this.#models.get(service),
    });
    try {
      if (faults.length === 0 && model) {
        this.options.tables.table(model, { service, latest: this.options.latest() });
        return model;
      }
    } catch (error) {
      this.options.logger.error('pushed rules of routing are refused', { service, error });
      return undefined;
    }
    const said = faults.map(({ key, expected, got }) => `${key}: expected ${expected}, got ${got}`);
    this.options.logger.error('pushed rules of routing are refused', { service, faults: said });
    return undefined;
  }

  #fill(service: string, cell: RouteCell): void {
    const model = this.#models.get(service);
    cell.table = model && this.options.tables.table(model, { service, latest: this.options.latest() });
  }
}

/** The source of a name; undefined for the configuration itself. */
export function sourceOf(infra: string, sources: ReadonlyMap<string, RouteSource>): RouteSource | undefined {
  if (infra === 'cse') return undefined;
  const source = sources.get(infra);
  if (source) return source;
  const known = ['cse', ...sources.keys()];
  const meant = nearestName(infra, known);
  const hint = meant === undefined ? '' : ` (did you mean ${meant}?)`;
  throw governanceError(
    'ROUTE_SOURCE_UNKNOWN',
    `servicecomb.router.infra: no source of rules is called "${infra}"${hint}; expected one of ${known.join(', ')}`,
  );
}
