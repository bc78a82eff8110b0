// Makes the tree installed and built, and does nothing when it is: `npm start` and `npm test` begin with it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { filesBelow, root, workspaces } from './files.mjs';
import { requireNode } from './require-node.mjs';

const stamp = join(root, 'node_modules/.cache/ts-chassis-build');

/** Runs a program quietly, shows what it said when it fails, and ends this process then. */
function run(title, command, args) {
  const began = Date.now();
  process.stderr.write(`${title} ...`);
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    shell: process.platform === 'win32',
  });
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  if (status === 0) {
    process.stderr.write(` done in ${seconds} s\n`);
    return;
  }
  process.stderr.write(
    ` failed after ${seconds} s\n${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`,
  );
  process.exit(1);
}

/**
 * Compares the lockfile with the one that npm leaves beside what it installed. Optional packages may be absent: they
 * are other platforms' binaries.
 */
function installed() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const there = found[path];
    return there ? there.version === entry.version && there.link === entry.link : entry.optional === true;
  });
}

/** One text that changes whenever something that the build reads changes; sizes and times, as contents would be slow. */
function buildInputs() {
  const source = (path) => !path.endsWith('.test.ts');
  const files = [
    ...workspaces().flatMap((folder) => [
      `${folder}/package.json`,
      `${folder}/tsconfig.json`,
      ...filesBelow(`${folder}/src`, source),
    ]),
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.base.json',
    'scripts/build.mjs',
    ...filesBelow('scripts/bundle', source),
  ];
  const hash = createHash('sha256');
  for (const file of files) {
    const status = statSync(join(root, file), { throwIfNoEntry: false });
    if (status) hash.update(`${file} ${status.size} ${status.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** Whether a workspace has its output: a package one file, which the compiler alone does not make, a sample the compiler's notes. */
function hasOutput(folder) {
  if (!existsSync(join(root, folder, 'src'))) return true;
  if (!folder.startsWith('packages/')) return existsSync(join(root, folder, 'dist/.tsbuildinfo'));
  const index = join(root, folder, 'dist/index.js');
  return existsSync(index) && readFileSync(index, 'utf8').startsWith(`/*! ${folder}/dist/index.js `);
}

function built(inputs) {
  return workspaces().every(hasOutput) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs;
}

/** Installs when the lockfile asks for something that is not there, builds when a source is newer than its output. */
export function ensure() {
  requireNode();
  if (!installed()) run('installing dependencies (npm ci)', 'npm', ['ci', '--no-audit', '--no-fund']);
  const inputs = buildInputs();
  if (built(inputs)) return;
  run('building (npm run build)', process.execPath, [join(root, 'scripts/build.mjs')]);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, inputs);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) ensure();
