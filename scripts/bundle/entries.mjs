import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../files.mjs';

/**
 * What can be imported of a package, as its `exports` say.
 *
 * @param folder - such as `packages/core`
 * @returns such as `index` and `dev-registry/index`: without `src/` or `dist/` before, and without an extension
 */
export function entriesOf(folder) {
  const { exports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const files = Object.values(exports).map((target) => /^\.\/dist\/(.*)\.js$/.exec(target.default ?? '')?.[1]);
  return files.filter((file) => file !== undefined);
}
