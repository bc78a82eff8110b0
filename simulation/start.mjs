// `npm run simulate`: makes one file of the simulation and of the sources of governance that it imports, and runs it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { compiled } from '../scripts/bundle/package.mjs';
import { root } from '../scripts/files.mjs';

const program = join(root, 'simulation/dist/simulate.cjs');

/** Gives the bundler TypeScript where a relative import says `.js`; packages stay outside, as they are built. */
const sources = {
  name: 'sources',
  resolveId(specifier, importer) {
    if (!importer || !specifier.startsWith('.')) return undefined;
    const path = join(dirname(importer), specifier.replace(/\.js$/, '.ts'));
    return existsSync(path) ? path : undefined;
  },
  load: (path) => (path.endsWith('.ts') ? { ...compiled(path), moduleType: 'js' } : undefined),
};

const build = await rolldown({
  input: join(root, 'simulation/main.ts'),
  external: (specifier) => !/^[./]|^[A-Za-z]:/.test(specifier),
  platform: 'node',
  plugins: [sources],
  checks: { pluginTimings: false },
});
await build.write({ format: 'cjs', file: program, sourcemap: true, keepNames: true });
await build.close();

const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--max-semi-space-size=64', '--max-old-space-size=12288', program, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
