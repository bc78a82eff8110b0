// Writes docs/api/<package>.api.md from the compiled declarations of every public entry. Without `--update` it only
// compares, so that a change of a public type is a line in the diff and never an accident.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';
import { root } from './files.mjs';

const update = process.argv.includes('--update');
const reports = join(root, 'docs/api');
const scratch = mkdtempSync(join(tmpdir(), 'ts-chassis-api-'));
const errors = [];
let failed = false;

function configuration(name) {
  const folder = join(root, 'packages', name);
  return ExtractorConfig.prepare({
    configObjectFullPath: join(folder, 'api-extractor.json'),
    packageJsonFullPath: join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, 'dist/index.d.ts'),
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

/** The report of one package; undefined when its declarations are missing or do not compile. */
function report(name) {
  const before = errors.length;
  Extractor.invoke(configuration(name), {
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
  const names = readdirSync(join(root, 'packages'));
  for (const name of names) {
    if (!existsSync(join(root, 'packages', name, 'dist/index.d.ts'))) {
      errors.push(`${name}: packages/${name}/dist/index.d.ts is not there; run npm run build`);
      continue;
    }
    const fresh = report(name);
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
