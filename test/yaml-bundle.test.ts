import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const core = join(__dirname, '../packages/core');
const bundle = readFileSync(join(core, 'dist/config/sources/yaml-library.js'), 'utf8');

it('the built configuration carries yaml, with its licence, and loads nothing', () => {
  expect(bundle).toMatch(/^\/\*!.*yaml \d/);
  expect(bundle).toContain('Permission to use, copy, modify, and/or distribute this software');
  expect(bundle).not.toMatch(/\brequire\(/);
});

it('users need no yaml: neither installed nor for types', () => {
  const manifest = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8')) as { dependencies: object };
  expect(Object.keys(manifest.dependencies)).not.toContain('yaml');
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, 'utf8');
    expect(text, file).not.toMatch(/from ['"]yaml['"]/);
    for (const [, path] of text.matchAll(/(?:from|import\() ?['"](\.[^'"]+)\.js['"]/g))
      visit(join(dirname(file), `${path}.d.ts`));
  };
  visit(join(core, 'dist/index.d.ts'));
  expect(seen.size).toBeGreaterThan(50);
});
