import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { VERSIONS } from './versions.js';

it('new projects are made with the versions that this repository is tested with', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(__dirname, '../../../../package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  for (const [name, version] of Object.entries(VERSIONS)) expect(devDependencies[name], name).toBe(version);
});
