import { execFile } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = join(__dirname, '..');
const run = promisify(execFile);

/** Every door of every package: its name and the built file behind it. */
const entries = readdirSync(join(root, 'packages')).flatMap((folder) => {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')) as {
    name: string;
    exports: Record<string, string | { default: string }>;
  };
  return Object.entries(manifest.exports)
    .filter(([door]) => door !== './package.json')
    .map(([door, target]) => ({
      name: `${manifest.name}${door.slice(1)}`,
      file: join(root, 'packages', folder, typeof target === 'string' ? target : target.default),
    }));
});

const probe = join(__dirname, 'fixtures/import-probe.cjs');

describe('importing a public entry', () => {
  it('is tried for every package', () => {
    expect(entries.map((entry) => entry.name)).toEqual(
      expect.arrayContaining(['@ts-chassis/core', '@ts-chassis/rest', '@ts-chassis/testing']),
    );
    for (const entry of entries) expect(existsSync(entry.file), `${entry.file} is built`).toBe(true);
  });

  it.each(entries)('$name leaves no handle, timer, listener or global', async ({ file }) => {
    // The child must end by itself: a handle that is left would keep it until the time limit kills it.
    const { stdout, stderr } = await run(process.execPath, [probe, file], { timeout: 60_000 });
    const found = JSON.parse(stdout) as {
      changed: string[];
      gone: string[];
      resources: [string, string];
      listeners: [string, string];
      environment: boolean;
    };
    expect(found.changed).toEqual([]);
    expect(found.gone).toEqual([]);
    expect(found.resources[1]).toBe(found.resources[0]);
    expect(found.listeners[1]).toBe(found.listeners[0]);
    expect(found.environment).toBe(true);
    expect(stderr).toBe('');
  });
});
