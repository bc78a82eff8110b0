// The libraries that core carries inside it instead of depending on them. Of each, one source file of core is all that others import.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { filesBelow, root } from '../files.mjs';

/** `late`: few programs need it, so it stays a file of its own, which is loaded when it is asked for. */
export const libraries = [
  {
    name: 'inversify',
    source: 'packages/core/src/container/engine.ts',
    options: { external: /^reflect-metadata/, platform: 'node' },
  },
  // The modules for browsers are the same code as ES modules, of which only what parses is taken.
  {
    name: 'yaml',
    source: 'packages/core/src/config/sources/yaml-library.ts',
    /** What else of core goes into its file. */
    inputs: filesBelow(
      'packages/core/src/config',
      (path) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path),
    ),
    options: {
      platform: 'neutral',
      resolve: { conditionNames: ['import', 'default'], extensionAlias: { '.js': ['.ts', '.js'] } },
    },
    late: true,
  },
];

/** What is written in the lockfile about tools and libraries. */
export function versionsOf(names) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return names.map((name) => `${name} ${packages[`node_modules/${name}`].version}`).join(', ');
}

/** The folder of the package that a bundled module belongs to. */
function packageOf(module) {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module.replaceAll('\\', '/'))?.[1];
}

function license(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}`;
}

/**
 * The source file of a library with all of it inside, minified.
 *
 * @param format - `cjs` or `es`
 * @returns the code, and the licences of everything in it
 */
export async function carried({ name, source, options }, format) {
  const build = await rolldown({ input: join(root, source), logLevel: 'silent', ...options });
  const { output } = await build.generate({ format, exports: 'named', minify: true, comments: false });
  await build.close();
  const [chunk] = output;
  const folders = [...new Set(Object.keys(chunk.modules).map(packageOf).filter(Boolean))].sort();
  if (output.length !== 1 || folders.length === 0)
    throw new Error(`expected one chunk with ${name} in it, got ${output.length} with ${folders.length} packages`);
  const licenses = folders.map(license).join('\n\n---\n\n');
  return { code: chunk.code, notice: `It contains the following, unchanged but minified:\n\n${licenses}` };
}
