import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withLockAside } from './lock-aside.js';

it('keeps no number while something runs, and all of them afterwards, even when that fails', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'lock-')), 'grpc.lock.json');
  writeFileSync(file, 'what it was');
  const during = await withLockAside(file, () => Promise.resolve(readFileSync(file, 'utf8')));
  expect(JSON.parse(during)).toEqual({ version: 1, services: {} });
  await expect(withLockAside(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(readFileSync(file, 'utf8')).toBe('what it was');
});
