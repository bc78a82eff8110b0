// Replaces the compiled core/container/engine.js by one that carries inversify: 370 small files cost a third of a small
// service's start as files and next to nothing as one (docs/adr/0004-inversify-form.md). Does nothing when it is done.
import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = join(root, 'packages/core/src/container/engine.ts');
const output = join(root, 'packages/core/dist/container/engine.js');

/** The folder of the package that a bundled module belongs to. */
function packageOf(module) {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module.replaceAll('\\', '/'))?.[1];
}

function license(folder) {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8').trim()}`;
}

export async function bundleInversify() {
  const own = readFileSync(source, 'utf8');
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const versions = JSON.parse(lock).packages;
  const inputs = ['inversify', 'rolldown']
    .map((name) => `${name} ${versions[`node_modules/${name}`].version}`)
    .join(', ');
  const key = createHash('sha256')
    .update(own)
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .update(inputs)
    .digest('hex')
    .slice(0, 16);
  const header = `/*! ${relative(root, source)} with its library, by ${inputs}; ${key}`;
  if (readFileSync(output, 'utf8').includes(header)) return false;

  const build = await rolldown({ input: source, external: /^reflect-metadata/, platform: 'node', logLevel: 'silent' });
  const { output: chunks } = await build.generate({
    format: 'cjs',
    exports: 'named',
    minify: true,
    comments: false,
    sourcemap: false,
  });
  await build.close();
  const [chunk] = chunks;
  const folders = [...new Set(Object.keys(chunk.modules).map(packageOf).filter(Boolean))].sort();
  if (chunks.length !== 1 || folders.length === 0)
    throw new Error(`expected one chunk with inversify in it, got ${chunks.length} with ${folders.length} packages`);
  const licenses = folders.map(license).join('\n\n---\n\n');
  writeFileSync(
    `${output}.new`,
    `${header}\n\nIt contains the following, unchanged but minified:\n\n${licenses}\n*/\n${chunk.code}`,
  );
  renameSync(`${output}.new`, output);
  rmSync(`${output}.map`, { force: true });
  return true;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundleInversify();
