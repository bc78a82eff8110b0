#!/usr/bin/env node
'use strict';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`chassis: expected Node.js 20.19 or newer, got ${process.versions.node}\n`);
  process.exit(1);
}

// The command is one CommonJS file, in which an import would become a require; users may have ES modules.
const importModule = (specifier) => import(specifier);

void require('../dist/index.js')
  .main(process.argv.slice(2), { importModule })
  .then((code) => process.stdout.write('', () => process.exit(code)));
