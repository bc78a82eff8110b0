// Writes docs/api/<package>.api.md from the compiled declarations of every public entry. Without `--update` it only
// compares, so that a change of a public type is a line in the diff and never an accident.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { entriesOf } from './bundle/entries.mjs';
import { root } from './files.mjs';

const update = process.argv.includes('--update');
const reports = join(root, 'docs/api');
const scratch = mkdtempSync(join(tmpdir(), 'ts-chassis-api-'));
const errors = [];
let failed = false;

/** @param name - of the report: a package's, and what is behind it in an import, as in `servicecomb-dev-registry` */
function configuration({ name, package: of, entry }) {
  const folder = join(root, 'packages', of);
  return ExtractorConfig.prepare({
    configObjectFullPath: join(folder, 'api-extractor.json'),
    packageJsonFullPath: join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, `dist/${entry}.d.ts`),
      newlineKind: 'lf',
      compiler: { tsconfigFilePath: join(folder, 'tsconfig.json') },
      apiReport: { enabled: true, reportFolder: scratch, reportTempFolder: scratch, reportFileName: `${name}.api.md` },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'none' },
          // A public signature that names a type nobody can import.
          'ae-forgotten-export': { logLevel: 'warning', addToApiReportFile: true },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });
}

/** The report of one entry; undefined when its declarations are missing or do not compile. */
function report(entry) {
  const { name } = entry;
  const before = errors.length;
  Extractor.invoke(configuration(entry), {
    localBuild: true,
    messageCallback: (message) => {
      if (message.logLevel === 'error') errors.push(`${name}: ${message.formatMessageWithLocation(root)}`);
      message.handled = true;
    },
  });
  const file = join(scratch, `${name}.api.md`);
  return errors.length === before && existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

/** The first line that differs, which is enough to know where to look. */
function firstDifference(kept, fresh) {
  const [old, now] = [kept.split('\n'), fresh.split('\n')];
  const at = now.findIndex((line, index) => line !== old[index]);
  const index = at < 0 ? now.length : at;
  return `line ${index + 1}\n    kept: ${old[index] ?? '(nothing)'}\n    now:  ${now[index] ?? '(nothing)'}`;
}

try {
  mkdirSync(reports, { recursive: true });
  const entries = readdirSync(join(root, 'packages')).flatMap((of) =>
    entriesOf(`packages/${of}`).map((entry) => {
      const room = entry.replace(/\/?index$/, '');
      return { name: room ? `${of}-${room}` : of, package: of, entry };
    }),
  );
  const names = entries.map(({ name }) => name);
  for (const entry of entries) {
    const { name } = entry;
    const declarations = `packages/${entry.package}/dist/${entry.entry}.d.ts`;
    if (!existsSync(join(root, declarations))) {
      errors.push(`${name}: ${declarations} is not there; run npm run build`);
      continue;
    }
    const fresh = report(entry);
    if (fresh === undefined) continue;
    const file = join(reports, `${name}.api.md`);
    const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (kept === fresh) continue;
    if (update) {
      writeFileSync(file, fresh);
      console.log(`docs/api/${name}.api.md written`);
    } else {
      failed = true;
      console.error(`docs/api/${name}.api.md is stale at ${firstDifference(kept, fresh)}`);
    }
  }
  for (const file of readdirSync(reports)) {
    if (!file.endsWith('.api.md') || names.includes(file.slice(0, -'.api.md'.length))) continue;
    if (update) rmSync(join(reports, file));
    else {
      failed = true;
      console.error(`docs/api/${file} is the report of no package`);
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

for (const error of errors) console.error(error);
if (failed) console.error('The public API changed. If that is meant, run `npm run api:update` and commit the report.');
process.exitCode = failed || errors.length > 0 ? 1 : 0;
