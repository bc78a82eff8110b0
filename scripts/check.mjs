// `npm run check`: everything that must hold before a change is merged, each step by its own npm script too; with `-- --static` all but
// the tests.
import { spawn } from 'node:child_process';
import { root } from './files.mjs';

/** Steps of one group run side by side; groups run in order, and none is skipped because an earlier one failed. */
const groups = [
  [['build', 'the packages and samples compile']],
  [
    ['lint', 'oxlint'],
    ['format', 'prettier'],
    ['types', 'the tests compile'],
    ['arrows', 'imports keep to the rooms and rings, without cycles; the drawing is true'],
    ['unused', 'no unused file, export or dependency'],
    ['api', 'the public API is the one reported in docs/api'],
    ['docs', 'every public export has TSDoc and an example'],
    ['snippets', 'the TypeScript in the pages of docs/ compiles'],
    ['generated', 'generated documents are fresh'],
    ['lockfile', 'a fresh clone installs what package.json asks for'],
  ],
  [['tests', 'vitest']],
];
const width = 2;

/** Resolves to whether one step went well; what it said is shown when it did not. */
function step([name, meaning]) {
  return new Promise((resolve) => {
    const began = Date.now();
    const said = [];
    const live = name === 'tests';
    const child = spawn('npm', ['run', '--silent', name === 'tests' ? 'test:run' : name], {
      cwd: root,
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
      shell: process.platform === 'win32',
    });
    child.stdout?.on('data', (chunk) => said.push(chunk));
    child.stderr?.on('data', (chunk) => said.push(chunk));
    child.on('error', (error) => said.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.padStart(6)} s  ${meaning}`);
      if (code !== 0) process.stdout.write(Buffer.concat(said));
      resolve({ name, ok: code === 0 });
    });
  });
}

async function runGroup(steps) {
  const waiting = [...steps];
  const results = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await step(next));
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

const wanted = process.argv.includes('--static') ? groups.slice(0, -1) : groups;
const results = [];
for (const group of wanted) results.push(...(await runGroup(group)));
const failed = results.filter((result) => !result.ok).map((result) => result.name);
console.log(
  failed.length === 0 ? `check: all ${results.length} steps are green` : `check: failed: ${failed.join(', ')}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
