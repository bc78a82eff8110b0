import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache, fill, isCached, programPath, runInstaller } from './cache.mjs';

/** Another source is another folder in the cache. */
function nameOf(prefix, folder) {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    if (/\.go$|go\.(?:mod|sum)$/.test(path)) hash.update(path.slice(folder.length)).update(readFileSync(path));
  }
  return `${prefix}-${hash.digest('hex').slice(0, 12)}`;
}

/**
 * What is built of a Go module of ours, a folder of test/interop/peers, into the cache. A build that is interrupted goes
 * on where it was when it is begun again: Go keeps every package that it has compiled.
 *
 * @param programs - what comes out of it; @param packages - what it is built of
 */
export function goPrograms(prefix, { module, programs, packages = ['.'] }) {
  const source = fileURLToPath(new URL(`../../test/interop/peers/${module}/`, import.meta.url));
  const name = nameOf(prefix, source);
  const built = () => programs.every((each) => isCached(name, each));
  return {
    name,

    program: (which) => join(cache, name, which),

    missing() {
      if (built() || programPath('go')) return undefined;
      return `${prefix} is not built, and go, which builds it, is not there`;
    },

    /** Builds them, which takes a minute or more. */
    async install() {
      if (built()) return;
      await fill(name, programs.at(-1), (folder) => {
        const given = ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', `${folder}/`, ...packages];
        return runInstaller('go', given, { cwd: source });
      });
    },
  };
}
