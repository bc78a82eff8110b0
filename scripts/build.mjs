// Compiles every workspace, removes outputs whose source is gone, and makes one file of each package: what is packed is what is in
// `src`. The compiler's notes on packages are put aside afterwards: a compiler that is started by itself then writes every file
// anew, the plain index among them, and no bundle outlives the sources that it was made of.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { bundleLateLibraries, bundlePackage, unbundleStale } from './bundle/bundle.mjs';
import { root, workspaces } from './files.mjs';

const packages = workspaces().filter((folder) => folder.startsWith('packages/'));

function notes(folder) {
  const file = join(root, folder, 'dist/.tsbuildinfo');
  return { file, aside: `${file}.aside` };
}

function putBack(folder) {
  const { file, aside } = notes(folder);
  unbundleStale(folder);
  if (existsSync(file)) rmSync(aside, { force: true });
  else if (existsSync(aside)) renameSync(aside, file);
}

function putAside(folder) {
  const { file, aside } = notes(folder);
  if (existsSync(file)) renameSync(file, aside);
}

function removeOrphans(folder) {
  const dist = join(root, folder, 'dist');
  if (!existsSync(dist)) return;
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const match = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(entry.name);
    // the parts that packages load late are the bundler's
    if (!entry.isFile() || !match || match[1].endsWith('.late')) continue;
    const place = relative(dist, entry.parentPath);
    if (!existsSync(join(root, folder, 'src', place, `${match[1]}.ts`))) rmSync(join(entry.parentPath, entry.name));
  }
}

for (const folder of packages) putBack(folder);
const { status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
for (const folder of workspaces()) removeOrphans(folder);
await bundleLateLibraries();
for (const folder of packages) {
  await bundlePackage(folder);
  putAside(folder);
}
