// Removes what the build makes, so that the next one starts from nothing.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, workspaces } from './files.mjs';

for (const folder of workspaces()) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
rmSync(join(root, 'node_modules/.cache/ts-chassis-build'), { force: true });
