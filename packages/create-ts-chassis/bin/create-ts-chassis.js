#!/usr/bin/env node
'use strict';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`create-ts-chassis: expected Node.js 20.19 or newer, got ${process.versions.node}\n`);
  process.exit(1);
}

void require('../dist/index.js')
  .create(process.argv.slice(2))
  .then((code) => process.stdout.write('', () => process.exit(code)));
