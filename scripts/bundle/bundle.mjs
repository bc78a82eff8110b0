// The part of the build that comes after the compiler: of each package one file takes the place of its index (and one each of what
// it loads late), because hundreds of small ones take longer to load than all that a small service does at its start (docs/adr/0004-inversify-form.md).
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { filesBelow, root } from '../files.mjs';
import { entriesOf } from './entries.mjs';
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
function headerOfEntry(folder, entry) {
  const shipped = (path) => path.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(path);
  return headerOf(`${folder}/dist/${entry}.js`, filesBelow(`${folder}/src`, shipped));
}

function isEntryBundled(folder, entry) {
  return begins(`${folder}/dist/${entry}.js`, headerOfEntry(folder, entry));
}

/** Whether each entry of a package is one file of all its present sources. */
export function isBundled(folder) {
  return entriesOf(folder).every((entry) => isEntryBundled(folder, entry));
}

/** Puts a plain index in the place of one that is made of other sources than there are now, so that it never hides them. */
export function unbundleStale(folder) {
  for (const entry of entriesOf(folder)) {
    const output = `${folder}/dist/${entry}.js`;
    if (!begins(output, `/*! ${output} `) || isEntryBundled(folder, entry)) continue;
    write(output, compiled(join(root, folder, `src/${entry}.ts`), ts.ModuleKind.NodeNext).code);
  }
}

export async function bundlePackage(folder) {
  if (isBundled(folder)) return;
  removeLate(folder);
  for (const entry of entriesOf(folder)) await bundleEntry(folder, entry);
}

/** Each entry is a bundle of its own, so that none loads what only another needs. */
async function bundleEntry(folder, entry) {
  const header = headerOfEntry(folder, entry);
  const { chunks, notices } = await bundled(folder, entry);
  for (const { fileName, code, map } of chunks) {
    const isIndex = fileName === `${entry}.js`;
    const parts = isIndex ? [header, ...notices] : ['/*! a part of index.js that is loaded late'];
    const head = [...parts, '*/'].join('\n\n').replace(/\n\n\*\/$/, '\n*/\n');
    const own = code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
    write(`${folder}/dist/${fileName}`, `${head}${own}\n${mapped(`${folder}/dist/${fileName}`, map, head)}`);
  }
}

/** Writes the map beside a file, and gives the line that names it; nothing for a file without code of its own. */
function mapped(output, map, head) {
  if (!map) return '';
  // Lines are counted from the first of the code; a line of a map is what stands before a semicolon.
  write(`${output}.map`, JSON.stringify({ ...map, mappings: ';'.repeat(head.split('\n').length - 1) + map.mappings }));
  return `//# sourceMappingURL=${basename(output)}.map\n`;
}

/** Takes away the late parts of an earlier build: they may have other names now. */
function removeLate(folder) {
  const dist = join(root, folder, 'dist');
  for (const name of readdirSync(dist, { recursive: true }))
    if (/\.late\.js(\.map)?$/.test(name)) rmSync(join(dist, name));
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
