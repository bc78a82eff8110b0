import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { matrixTable, tableIn } from './servicecomb/matrix.js';

it('docs/interop.md shows what is run, no more and no less', () => {
  const page = readFileSync(join(__dirname, '../../docs/interop.md'), 'utf8');
  expect(tableIn(page)).toBe(matrixTable());
});
