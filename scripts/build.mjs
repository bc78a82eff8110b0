// Compiles every workspace, then removes outputs whose source is gone: what is packed is what is in `src`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { bundleLibraries } from './bundle-libraries.mjs';
import { root, workspaces } from './files.mjs';

const { status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);

for (const folder of workspaces()) {
  const dist = join(root, folder, 'dist');
  if (!existsSync(dist)) continue;
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const match = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(entry.name);
    if (!entry.isFile() || !match) continue;
    const place = relative(dist, entry.parentPath);
    if (!existsSync(join(root, folder, 'src', place, `${match[1]}.ts`))) rmSync(join(entry.parentPath, entry.name));
  }
}

await bundleLibraries();
