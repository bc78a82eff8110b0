import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const core = join(__dirname, '../packages/core');
const engine = readFileSync(join(core, 'dist/container/engine.js'), 'utf8');

it('the built engine carries inversify and loads nothing but reflect-metadata', () => {
  const required = [...engine.matchAll(/\brequire\((["'`])(.+?)\1\)/g)].map((match) => match[2]);
  expect(required).toEqual(['reflect-metadata/lite']);
});

it('the built engine keeps the licence of everything in it', () => {
  expect(engine).toMatch(/^\/\*!.*inversify \d/);
  for (const name of ['inversify', '@inversifyjs/core', '@inversifyjs/container', '@inversifyjs/common']) {
    expect(engine).toMatch(new RegExp(`\\n${name} \\d+\\.\\d+\\.\\d+\\n\\n[^]*?Permission is hereby granted`));
  }
});

it('users need no inversify: neither installed nor for types', () => {
  const manifest = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8')) as { dependencies: object };
  expect(Object.keys(manifest.dependencies)).not.toContain('inversify');
  const naming = readdirSync(join(core, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.d.ts'))
    .filter((file) => /from ['"]@?inversify/.test(readFileSync(join(core, 'dist', file), 'utf8')));
  expect(naming).toEqual([]);
});
