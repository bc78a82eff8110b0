// The part of the build that comes after the compiler: of each package one file takes the place of its index, because hundreds
// of small ones take longer to load than all that a small service does at its start (docs/adr/0004-inversify-form.md).
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { filesBelow, root } from '../files.mjs';
import { carried, libraries, versionsOf } from './libraries.mjs';
import { bundled, compiled } from './package.mjs';

const tools = ['rolldown', 'typescript'];
const recipe = [...filesBelow('scripts/bundle', (path) => path.endsWith('.mjs')), 'tsconfig.base.json'];

/** The first words of an output: they change when anything does that it is made of. */
function headerOf(output, inputs) {
  const hash = createHash('sha256').update(versionsOf([...tools, ...libraries.map(({ name }) => name)]));
  for (const file of [...recipe, ...inputs]) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return `/*! ${output} by ${versionsOf(tools)}; ${hash.digest('hex').slice(0, 16)}`;
}

function begins(output, header) {
  const file = join(root, output);
  return existsSync(file) && readFileSync(file, 'utf8').startsWith(header);
}

/** Replaces a file at once: what a program loads meanwhile is the old one or the new one, whole. */
function write(output, text) {
  writeFileSync(join(root, `${output}.new`), text);
  renameSync(join(root, `${output}.new`), join(root, output));
}

/** @param folder - such as `packages/core` */
function headerOfPackage(folder) {
  const shipped = (path) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path);
  return headerOf(`${folder}/dist/index.js`, filesBelow(`${folder}/src`, shipped));
}

/** Whether the index of a package is one file of all its present sources. */
export function isBundled(folder) {
  return begins(`${folder}/dist/index.js`, headerOfPackage(folder));
}

/** Puts a plain index in the place of one that is made of other sources than there are now, so that it never hides them. */
export function unbundleStale(folder) {
  const output = `${folder}/dist/index.js`;
  if (!begins(output, `/*! ${output} `) || isBundled(folder)) return;
  write(output, compiled(join(root, folder, 'src/index.ts'), ts.ModuleKind.NodeNext).code);
}

export async function bundlePackage(folder) {
  const output = `${folder}/dist/index.js`;
  const header = headerOfPackage(folder);
  if (begins(output, header)) return;
  const { code, map, notices } = await bundled(folder);
  const head = [header, ...notices, '*/'].join('\n\n').replace(/\n\n\*\/$/, '\n*/\n');
  // Lines are counted from the first of the code; a line of a map is what stands before a semicolon.
  map.mappings = ';'.repeat(head.split('\n').length - 1) + map.mappings;
  write(`${output}.map`, JSON.stringify(map));
  write(output, `${head}${code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '')}\n//# sourceMappingURL=index.js.map\n`);
}

/** Puts the libraries that are loaded late into the files that stand for them. */
export async function bundleLateLibraries() {
  for (const library of libraries.filter(({ late }) => late)) {
    const output = library.source.replace('/src/', '/dist/').replace(/\.ts$/, '.js');
    const header = headerOf(output, library.inputs);
    if (begins(output, header)) continue;
    const { code, notice } = await carried(library, 'cjs');
    write(output, `${header}\n\n${notice}\n*/\n${code}`);
    rmSync(join(root, `${output}.map`), { force: true });
  }
}
