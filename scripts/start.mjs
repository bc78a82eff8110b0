// `npm start`: installs and builds when needed, then becomes the shop's launcher, so that signals and exit codes are its own.
import { existsSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { ensure } from './ensure.mjs';
import { root } from './files.mjs';

ensure();
const launcher = join(root, 'samples/shop/dist/start.js');
if (!existsSync(launcher)) {
  console.error(
    `The shop has no launcher: expected ${launcher}, which the build makes from samples/shop/src/start.ts.`,
  );
  process.exit(1);
}
process.argv[1] = launcher;
Module.runMain();
