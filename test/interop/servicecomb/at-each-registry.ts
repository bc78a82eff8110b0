import { afterAll, afterEach, beforeAll, it } from 'vitest';
import { chassisPeers, type Installable } from '../../../scripts/servers/servers.mjs';
import { lane } from '../lane.js';
import type { CasesOf, MatrixRow } from './matrix.js';
import { REGISTRY_LANES, type LaneRegistry } from './registries.js';
import { Stage } from './stage.js';

/** What a group of cases is run by. */
export interface Group<Rows extends readonly MatrixRow[]> {
  readonly rows: Rows;
  readonly cases: CasesOf<Rows, Stage>;
  /** Beside the registry and go-chassis. */
  readonly needs?: readonly Installable[];
}

/** Runs the cases of a group at each registry that the matrix names for them, every case on a stage of its own. */
export function atEachRegistry<const Rows extends readonly MatrixRow[]>(title: string, group: Group<Rows>): void {
  const rows: readonly MatrixRow[] = group.rows;
  const cases: Readonly<Record<string, (stage: Stage) => Promise<void>>> = group.cases;
  for (const { name, needs, key, start } of REGISTRY_LANES) {
    lane(`${title}, by ${name}`, [...needs, chassisPeers, ...(group.needs ?? [])], () => {
      let registry: LaneRegistry;
      let stage: Stage;

      beforeAll(async () => {
        registry = await start();
        stage = new Stage(registry);
      });
      afterEach(() => stage.clear());
      afterAll(() => registry?.stop());

      for (const { id, what } of rows.filter((row) => row[key] === 'yes'))
        it(`${id}: ${what}`, () => cases[id]!(stage));
    });
  }
}
