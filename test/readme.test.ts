import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground, root, type Program } from './fixtures/service.js';

const hello = join(root, 'samples/hello');
let playground: Playground;

beforeAll(async () => {
  playground = await Playground.create();
});

afterAll(() => playground.close());

/** Hello as the README starts it. */
function start(command: readonly string[]): Program {
  return playground.program({
    command: [...command, `--servicecomb.registry.address=${playground.registry}`],
    environment: { PORT: '0' },
    cwd: hello,
  });
}

describe('the README', () => {
  it.each(['src/main.ts', 'conf/chassis.yaml'])('shows hello’s %s as it is', async (file) => {
    const readme = await readFile(join(root, 'README.md'), 'utf8');
    expect(readme).toContain(`\n${await readFile(join(hello, file), 'utf8')}\`\`\``);
  });

  it.each([
    ['compiled', ['dist/main.js']],
    ['from its source', ['-r', 'ts-node/register', 'src/main.ts']],
  ])('starts a hello that answers, %s', async (_how, command) => {
    const program = start(command);
    const { port } = await program.says('listening');
    const response = await fetch(`http://127.0.0.1:${String(port)}/hello/Ada`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ message: 'Hello, Ada!' });
    expect(await program.stop('SIGINT')).toBe(0);
  });
});
