import { describe, expect, it } from 'vitest';
import { main } from './main.js';

async function run(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await main(words, {
    cwd: '/',
    environment: {},
    interactive: false,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
}

describe('chassis', () => {
  it('shows its commands, on standard error when nothing was asked for', async () => {
    expect(await run('--help')).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('generate, g') as string,
    });
    expect(await run()).toMatchObject({ code: 2, out: '', err: expect.stringContaining('generate, g') as string });
  });

  it('shows the help of a command both ways', async () => {
    const { out } = await run('dev', '--help');
    expect(out).toContain('--typecheck');
    expect(await run('help', 'dev')).toEqual({ code: 0, out, err: '' });
    expect((await run('g', '-h')).out).toContain('chassis generate schema|handler|consumer <name>');
  });

  it('prints its version', async () => {
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('names the nearest command and exits with 2', async () => {
    expect(await run('inspekt')).toEqual({
      ...{ code: 2, out: '' },
      err: 'chassis: unknown command inspekt; did you mean inspect?\nRun "chassis --help" for what there is.\n',
    });
    expect((await run('held-up')).err).toContain('unknown command held-up\n');
    expect((await run('--hlep')).err).toContain('unknown option --hlep');
  });

  it('exits with 2 for what a command is asked wrongly, with 1 for what it cannot do', async () => {
    expect(await run('inspect', 'rotues')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean routes?') as string,
    });
    expect(await run('inspect', 'routes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('/ is in no project') as string,
    });
    expect(await run('new')).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected the name of the project') as string,
    });
    expect(await run('generate', 'schema')).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected a name') as string,
    });
  });

  it('shows a stack only when asked to', async () => {
    expect((await run('inspect', 'routes')).err).not.toContain('    at ');
    expect((await run('inspect', 'routes', '--verbose')).err).toContain('    at ');
  });
});
