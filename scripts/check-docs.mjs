// Every public export has TSDoc and an `@example`; what a package exports from another one is documented at its origin.
// And every path that a page names or links to exists.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { entriesOf } from './bundle/entries.mjs';
import { filesBelow, root } from './files.mjs';

const { config } = ts.readConfigFile(join(root, 'tsconfig.test.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const places = readdirSync(join(root, 'packages')).flatMap((name) =>
  entriesOf(`packages/${name}`).map((entry) => ({ name, file: join(root, 'packages', name, `src/${entry}.ts`) })),
);
const entries = places.map(({ file }) => file);
const names = places.map(({ name }) => name);
const program = ts.createProgram(entries, options);
const checker = program.getTypeChecker();

/** What an export lacks: nothing, `TSDoc`, or `@example`. */
function lacks(symbol) {
  const summary = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  const example = symbol.getJsDocTags(checker).find((tag) => tag.name === 'example');
  const shown = example && ts.displayPartsToString(example.text).trim() !== '';
  return [summary === '' && 'TSDoc', !shown && '@example'].filter(Boolean);
}

let missing = 0;
let seen = 0;
for (const [index, entry] of entries.entries()) {
  const own = join(root, 'packages', names[index], 'src/');
  const module = checker.getSymbolAtLocation(program.getSourceFile(entry));
  for (const exported of module ? checker.getExportsOfModule(module) : []) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations?.[0];
    if (!declaration) {
      console.error(`packages/${names[index]}: export ${exported.name} has no declaration`);
      missing += 1;
      continue;
    }
    const file = declaration.getSourceFile();
    if (!file.fileName.startsWith(own)) continue;
    seen += 1;
    const lacking = lacks(symbol);
    if (lacking.length === 0) continue;
    missing += 1;
    const { line } = file.getLineAndCharacterOfPosition(declaration.getStart(file));
    console.error(`${relative(root, file.fileName)}:${line + 1} ${exported.name} has no ${lacking.join(' and no ')}`);
  }
}
console.log(`${seen} public exports, ${missing} without TSDoc or @example`);

/** The paths a page names: links, relative to it, and code spans that begin with a folder of the repository. */
function namedPaths(page, text) {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '');
  const links = [...prose.matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g)].map(([, path]) => join(dirname(page), path));
  const spans = [...prose.matchAll(/`((?:packages|samples|scripts|docs|test|bench|\.ci)\/[\w./-]*)`/g)].map(
    ([, path]) => path,
  );
  return [...links, ...spans];
}

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...filesBelow('docs', (path) => path.endsWith('.md') && !path.startsWith('docs/api/')),
];
for (const page of pages) {
  for (const path of namedPaths(page, readFileSync(join(root, page), 'utf8'))) {
    if (existsSync(join(root, path))) continue;
    missing += 1;
    console.error(`${page} names ${path}, which is not there`);
  }
}
process.exitCode = missing > 0 ? 1 : 0;
