import { beforeAll, describe } from 'vitest';
import { lacking, type Installable } from '../../scripts/servers/servers.mjs';

/** A group of tests that needs real servers: told and counted as skipped when one of them cannot be had. */
export function lane(name: string, servers: readonly Installable[], tests: () => void): void {
  const able = lacking(...servers).length === 0;
  if (!able) console.log(`skipped: ${name}`);
  describe.skipIf(!able)(name, () => {
    beforeAll(async () => {
      for (const server of servers) await server.install();
    });
    tests();
  });
}
