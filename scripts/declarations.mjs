import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesBelow, root, workspaces } from './files.mjs';

/**
 * What the built packages export of a kind: the source files that mention it are found by a pattern, the values in their built
 * counterparts by a test.
 *
 * @returns for each value the package it belongs to and its name
 */
export async function declaredIn(pattern, accept) {
  const found = new Map();
  for (const workspace of workspaces().filter((path) => path.startsWith('packages/'))) {
    const { name } = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
    // The index only names what others declare, and built it is a bundle with copies of its own.
    const sources = filesBelow(`${workspace}/src`, (path) => /(?<!\.test|\.fixture|src\/index)\.ts$/.test(path));
    for (const source of sources) {
      if (!pattern.test(readFileSync(join(root, source), 'utf8'))) continue;
      const built = join(root, source.replace('/src/', '/dist/').replace(/\.ts$/, '.js'));
      if (!existsSync(built)) throw new Error(`${source} is not built; run npm run build`);
      const exported = await import(pathToFileURL(built).href);
      for (const [label, value] of Object.entries(exported)) {
        if (label !== 'default' && accept(value) && !found.has(value))
          found.set(value, { package: name, name: label, value });
      }
    }
  }
  return [...found.values()];
}
