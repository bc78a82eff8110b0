// Runs every scripts/generate-*.mjs. Each exports `generate()`, which resolves to the files it makes, path relative to
// the repository -> contents. With `--check` nothing is written and a stale file fails.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './files.mjs';

const check = process.argv.includes('--check');
const generators = readdirSync(join(root, 'scripts')).filter((name) => /^generate-.+\.mjs$/.test(name));
let stale = 0;

for (const name of generators.sort()) {
  const { generate } = await import(pathToFileURL(join(root, 'scripts', name)).href);
  if (typeof generate !== 'function') throw new Error(`scripts/${name} exports no function generate()`);
  for (const [path, contents] of Object.entries(await generate())) {
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, 'utf8') === contents) continue;
    if (check) {
      stale += 1;
      console.error(`${path} is stale: scripts/${name} makes something else; run npm run generate`);
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
    console.log(`${path} written`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;
