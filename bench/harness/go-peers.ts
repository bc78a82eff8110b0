/** Peers in Go, built when there is a Go. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const bench = join(__dirname, '..', '..');
const source = join(bench, 'peers', 'go');
const folder = join(bench, 'dist', 'go');

let built: boolean | undefined;

/** Of one program of `peers/go`; undefined where Go is missing or does not build it, which is said once. */
export function goPeer(name: 'grpc' | 'chassis'): string | undefined {
  built ??= build();
  return built ? join(folder, name) : undefined;
}

function build(): boolean {
  const { status, error, stderr } = spawnSync('go', ['build', '-o', `${folder}/`, './grpc', './chassis'], {
    cwd: source,
    encoding: 'utf8',
  });
  if (status === 0) return true;
  console.log(`left out: peers in Go (${(error?.message ?? stderr).split('\n')[0]})`);
  return false;
}
