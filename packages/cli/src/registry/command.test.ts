import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../main.js';

describe('chassis registry', () => {
  let cwd: string;
  beforeEach(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'ts-chassis-registry-'));
    await writeFile(join(cwd, 'package.json'), '{}');
  });
  afterEach(() => rm(cwd, { recursive: true }));

  async function run(...words: string[]): Promise<{ code: number; err: string }> {
    let err = '';
    const code = await main(['registry', ...words], {
      ...{ cwd, environment: {}, interactive: false },
      out: () => undefined,
      err: (text) => void (err += text),
    });
    return { code, err };
  }

  it('says what to install when the project has no registry', async () => {
    expect(await run()).toEqual({
      code: 1,
      err: `chassis: ${cwd} has no @ts-chassis/servicecomb; npm install -D @ts-chassis/servicecomb\n`,
    });
  });

  it('refuses a port that cannot be', async () => {
    for (const port of ['x', '70000', '1.5'])
      expect(await run('--port', port)).toEqual({
        code: 2,
        err: `chassis: registry: --port must be a number from 0 to 65535, got ${port}\n`,
      });
  });
});
