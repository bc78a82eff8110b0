// Makes one file of a package's sources. They are laid side by side in one scope, as ES modules can be and CommonJS files cannot.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import ts from 'typescript';
import { root } from '../files.mjs';
import { carried, libraries } from './libraries.mjs';

const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile);
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const single = { composite: false, declaration: false, declarationMap: false, incremental: false };

/** One source as the compiler makes it, decorators included: as an ES module, or as the build itself does. */
export function compiled(path, module = ts.ModuleKind.ESNext) {
  const moduleResolution =
    module === ts.ModuleKind.ESNext ? ts.ModuleResolutionKind.Bundler : ts.ModuleResolutionKind.NodeNext;
  const { outputText, sourceMapText } = ts.transpileModule(readFileSync(path, 'utf8'), {
    compilerOptions: { ...options, ...single, module, moduleResolution },
    fileName: path,
  });
  return { code: outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n'), map: sourceMapText };
}

const libraryOf = (path) => libraries.find(({ source }) => join(root, source) === path);

/** Gives the bundler the sources, and the libraries that they carry; `notices` receives the licences. */
function reading(folder, notices) {
  const sources = join(root, folder, 'src');
  return {
    name: 'sources',
    resolveId(specifier, importer) {
      if (!importer?.startsWith(sources) || !specifier.startsWith('.')) return undefined;
      const path = join(dirname(importer), specifier.replace(/\.js$/, '.ts'));
      if (!libraryOf(path)?.late) return existsSync(path) ? path : undefined;
      const beside = relative(sources, path).replaceAll('\\', '/').replace(/\.ts$/, '.js');
      return { id: `./${beside}`, external: true };
    },
    async load(path) {
      const library = libraryOf(path);
      if (!library) return path.endsWith('.ts') ? { ...compiled(path), moduleType: 'js' } : undefined;
      const { code, notice } = await carried(library, 'es');
      notices.push(notice);
      return { code, map: null, moduleType: 'js' };
    },
  };
}

/**
 * An entry of a package as one CommonJS file, and one more for each part that its sources load late, with what those share. Neither minified nor mangled: it is
 * what stack traces show.
 *
 * @param folder - such as `packages/core`
 * @param entry - such as `index`
 * @returns the files of `dist`, that of the entry last
 */
export async function bundled(folder, entry) {
  const notices = [];
  const build = await rolldown({
    input: { [entry]: join(root, folder, `src/${entry}.ts`) },
    external: (specifier) => !/^[./]|^[A-Za-z]:/.test(specifier),
    platform: 'node',
    plugins: [reading(folder, notices)],
    checks: { pluginTimings: false },
    preserveEntrySignatures: 'strict',
  });
  const { output } = await build.generate({
    format: 'cjs',
    dir: join(root, folder, 'dist'),
    entryFileNames: '[name].js',
    chunkFileNames: `${entry.replace(/index$/, '')}[name].late.js`,
    exports: 'named',
    strict: true,
    esModule: true,
    generatedCode: { symbols: false },
    keepNames: true,
    dynamicImportInCjs: false,
    comments: false,
    sourcemap: true,
  });
  await build.close();
  const chunks = output
    .filter(({ type }) => type === 'chunk')
    .map(({ fileName, code, map }) => ({ fileName, code, map }));
  return {
    chunks: chunks.sort((a, b) => Number(a.fileName === `${entry}.js`) - Number(b.fileName === `${entry}.js`)),
    notices,
  };
}
