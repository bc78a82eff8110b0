import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GO_CHASSIS_KEYS } from './go-chassis-keys.fixture.js';

const root = join(__dirname, '../../../..');
const page = readFileSync(join(root, 'docs/governance-keys.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `'));

/** The keys of a row with their names put in as in the table of keys. */
function keysOf(row: string): readonly string[] {
  const cell = row.split(' | ')[0]!;
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, key]) => key!);
}

/** What a key of the table looks like on the page: names of one's own as such. */
function written(key: string): readonly string[] {
  const general = key
    .replace(/\.(?:Consumer|Provider)\b(?!\.qps)/, (side) => (key.startsWith('governance.') ? side : '.{T}'))
    .replace(/qps\.limit\.catalog.*$/, 'qps.limit.{service}[.{schema}[.{operation}]]')
    .replace('qps.limit.orders', 'qps.limit.{service}')
    .replace(/^governance\.Consumer\.(.*)\.policy/, 'governance.Consumer.{scope}.policy')
    .replace('protocols.rest.', 'protocols.{protocol}.')
    .replace('.catalog.', '.{service}.');
  return [general, general.replace(/^.*\.(M(?:in|ax)Ms)$/, '$1')];
}

describe('the page of go-chassis’s keys', () => {
  it.each([...new Set(GO_CHASSIS_KEYS.map(({ key }) => key))])('lists %s', (key) => {
    const listed = rows.flatMap(keysOf);
    expect(written(key).some((form) => listed.includes(form))).toBe(true);
  });

  it.each(rows.map((row) => [keysOf(row)[0], row] as const))('names a test for %s that is there', (_key, row) => {
    const [, file, name] = /\]\(\.\.\/([^)]+)\): (.+) \|$/.exec(row) ?? [];
    expect(existsSync(join(root, file!))).toBe(true);
    expect(readFileSync(join(root, file!), 'utf8')).toContain(name);
  });
});
