// Every block of TypeScript in the pages of docs/ compiles against the sources. A block is a module of its own; one that begins with
// `// name.ts` is a file that the other blocks of its page may import.
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { filesBelow, root } from './files.mjs';

const { config } = ts.readConfigFile(join(root, 'tsconfig.test.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);

/** Virtual files, each with the page and the line that its text is from. */
const snippets = new Map();
const pages = filesBelow('docs', (path) => dirname(path) === 'docs' && path.endsWith('.md'));
for (const page of pages) {
  const text = readFileSync(join(root, page), 'utf8');
  for (const [index, match] of [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].entries()) {
    const name = /^\/\/ ([\w./-]+\.ts)\n/.exec(match[1])?.[1] ?? `block-${index + 1}.ts`;
    const path = join(root, 'docs', `.${basename(page, '.md')}`, name);
    const line = text.slice(0, match.index).split('\n').length;
    if (snippets.has(path)) throw new Error(`${page}:${line}: a second block is called ${name}`);
    snippets.set(path, { page, line, text: `${match[1]}\nexport {};\n` });
  }
}

const host = ts.createCompilerHost(options);
const { fileExists, readFile, getSourceFile, directoryExists } = host;
host.fileExists = (path) => snippets.has(path) || fileExists(path);
host.readFile = (path) => snippets.get(path)?.text ?? readFile(path);
host.directoryExists = (path) => /docs\/\.[\w-]+/.test(path) || directoryExists(path);
host.getSourceFile = (path, language, ...rest) =>
  snippets.has(path)
    ? ts.createSourceFile(path, snippets.get(path).text, language, true)
    : getSourceFile(path, language, ...rest);

const program = ts.createProgram([...snippets.keys()], { ...options, noUnusedLocals: false }, host);
let faults = 0;
for (const path of snippets.keys()) {
  const file = program.getSourceFile(path);
  const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  for (const { start = 0, messageText } of found) {
    const { page, line } = snippets.get(path);
    const at = line + 1 + file.getLineAndCharacterOfPosition(start).line;
    console.error(`${relative('.', page)}:${at} ${ts.flattenDiagnosticMessageText(messageText, '\n  ')}`);
    faults += 1;
  }
}
console.log(`${snippets.size} blocks of ${pages.length} pages, ${faults} faults`);
process.exitCode = faults > 0 ? 1 : 0;
