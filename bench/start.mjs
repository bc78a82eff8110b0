/** Installs and builds the benchmark when needed, then runs it. Plain Node, no dependency. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const at = (path) => fileURLToPath(new URL(path, import.meta.url));

function run(command, parameters) {
  const { status } = spawnSync(command, parameters, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function install() {
  const stamp = at('node_modules/.installed');
  const wanted = createHash('sha256')
    .update(readFileSync(at('package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('bench: installing the peers');
  run('npm', ['ci', '--no-audit', '--no-fund']);
  writeFileSync(stamp, wanted);
}

function build(parameters) {
  const compiler = at('node_modules/typescript/bin/tsc');
  run(process.execPath, [compiler, '-p', 'tsconfig.json']);
  if (!parameters.includes('--peers-only')) run(process.execPath, [compiler, '-p', 'tsconfig.ours.json']);
}

const parameters = process.argv.slice(2);
install();
build(parameters);
run(process.execPath, ['dist/harness/main.js', ...parameters]);
