import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder, with a trailing separator. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Every file below a folder, as paths relative to `root`, in a fixed order; a folder that is not there has none. */
export function filesBelow(folder, accept) {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory())
        return entry.name === 'node_modules' || entry.name === 'dist' ? [] : filesBelow(path, accept);
      return accept(path) ? [path] : [];
    });
}

/** The folders of the workspaces, such as `packages/core`. */
export function workspaces() {
  return ['packages', 'samples'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${parent}/${entry.name}`),
  );
}
