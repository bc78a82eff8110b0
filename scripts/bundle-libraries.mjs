// Replaces compiled files of core that do nothing but import a library by ones that carry it: hundreds of small files cost a
// third of a small service's start, and next to nothing as one (docs/adr/0004-inversify-form.md). Does nothing when it is done.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));

const BUNDLES = [
  { file: 'container/engine', library: 'inversify', options: { external: /^reflect-metadata/, platform: 'node' } },
  // The modules for browsers are the same code as ES modules, of which only what parses is taken.
  {
    file: 'config/sources/yaml-library',
    library: 'yaml',
    options: { platform: 'neutral', resolve: { conditionNames: ['import', 'default'] } },
  },
];

/** The folder of the package that a bundled module belongs to. */
function packageOf(module) {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module.replaceAll('\\', '/'))?.[1];
}

function license(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}`;
}

/** The first words of a bundle: they change when anything does that it is made of. */
function headerOf({ source, library }) {
  const versions = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const inputs = [library, 'rolldown'].map((name) => `${name} ${versions[`node_modules/${name}`].version}`).join(', ');
  const key = createHash('sha256')
    .update(readFileSync(source))
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .update(inputs)
    .digest('hex')
    .slice(0, 16);
  return `/*! ${relative(root, source)} with its library, by ${inputs}; ${key}`;
}

async function chunkOf({ source, library, options }) {
  const build = await rolldown({ input: source, logLevel: 'silent', ...options });
  const { output } = await build.generate({
    format: 'cjs',
    exports: 'named',
    minify: true,
    comments: false,
    sourcemap: false,
  });
  await build.close();
  const [chunk] = output;
  const folders = [...new Set(Object.keys(chunk.modules).map(packageOf).filter(Boolean))].sort();
  if (output.length !== 1 || folders.length === 0)
    throw new Error(`expected one chunk with ${library} in it, got ${output.length} with ${folders.length} packages`);
  return { code: chunk.code, folders };
}

async function bundle({ file, library, options }) {
  const source = join(root, `packages/core/src/${file}.ts`);
  const output = join(root, `packages/core/dist/${file}.js`);
  const header = headerOf({ source, library });
  if (readFileSync(output, 'utf8').includes(header)) return;
  const { code, folders } = await chunkOf({ source, library, options });
  const licenses = folders.map(license).join('\n\n---\n\n');
  writeFileSync(
    `${output}.new`,
    `${header}\n\nIt contains the following, unchanged but minified:\n\n${licenses}\n*/\n${code}`,
  );
  renameSync(`${output}.new`, output);
  rmSync(`${output}.map`, { force: true });
}

export async function bundleLibraries() {
  for (const one of BUNDLES) await bundle(one);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundleLibraries();
