import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CHASSIS, emptyFolder, freePort, isAlive, outcome, putFiles, survivors } from './fixtures/chassis.js';
import { Program, root } from './fixtures/service.js';

/** A program that says who it is and when its port is open; `mode` decides what else it does. */
const MAIN = `import { createServer } from 'node:http';
import { spawn } from 'node:child_process';
import { WORD } from './word.js';

const server = createServer((_request, response) => response.end(WORD));
server.on('error', (error) => { console.log('LISTEN ' + error.message); process.exit(1); });
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('open ' + WORD + ' ' + process.pid));
if (process.env.MODE === 'stubborn') process.on('SIGTERM', () => console.log('no'));
else process.on('SIGTERM', () => server.close(() => process.exit(0)));
if (process.env.MODE === 'parent') {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  console.log('child ' + child.pid);
}
`;

let all: Awaited<ReturnType<typeof emptyFolder>>;
let folder: string;
let count = 0;
const programs: Program[] = [];
const groups: Program[] = [];

beforeAll(async () => {
  all = await emptyFolder();
});
afterAll(() => all?.remove());
afterEach(async () => {
  for (const program of programs.splice(0)) {
    if (program.child.exitCode === null) program.child.kill('SIGTERM');
    await program.ended;
  }
  for (const { child, ended } of groups.splice(0)) {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // All of it is gone, as it should be.
    }
    await ended;
  }
});

async function project(files: Readonly<Record<string, string>> = {}): Promise<string> {
  folder = join(all.path, `case-${(count += 1)}`);
  await putFiles(folder, {
    'package.json': '{ "type": "commonjs" }',
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'ES2022',
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      },
      'ts-node': { swc: true, experimentalResolver: true },
    }),
    'src/main.ts': MAIN,
    'src/word.ts': `export const WORD = 'first';\n`,
    ...files,
  });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}

async function start(
  words: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Program> {
  const program = new Program({
    command: [CHASSIS, 'dev', ...words],
    cwd: folder,
    environment: { PORT: String(await freePort()), ...environment },
  });
  programs.push(program);
  return program;
}

/** Starts it through another program, with which it is one group. */
async function group(program: string, command: readonly string[]): Promise<Program> {
  const environment = { PORT: String(await freePort()) };
  const started = new Program({ program, command, cwd: folder, environment, detached: true });
  groups.push(started);
  return started;
}

const pidIn = ({ message }: { readonly message: string }): number => Number(/\d+$/.exec(message)?.[0]);
const put = (word: string): Promise<void> => writeFile(join(folder, 'src/word.ts'), `export const WORD = '${word}';\n`);

describe('chassis dev', () => {
  it('starts the program anew on the same port when a source changes, and ends it with itself', async () => {
    await project();
    const dev = await start();
    const first = pidIn(await dev.says('open first'));
    const pids = [first];
    for (const word of ['second', 'third', 'fourth']) {
      await put(word);
      pids.push(pidIn(await dev.says(`open ${word}`)));
    }
    expect(new Set(pids).size).toBe(4);
    expect(pids.map(isAlive)).toEqual([false, false, false, true]);
    expect(dev.text).not.toContain('LISTEN');
    expect(await dev.stop('SIGTERM')).toBe(143);
    expect(await survivors(pids)).toEqual([]);
  });

  it('shows what does not compile or ends badly, and waits for the next change', async () => {
    await project();
    const dev = await start();
    await dev.says('open first');
    await writeFile(join(folder, 'src/word.ts'), 'export const WORD = ;');
    await said(dev, 'failed with exit code 1; waiting for a change');
    expect(dev.errors.join('\n')).toContain('Expression expected');
    await writeFile(join(folder, 'src/word.ts'), `throw new Error('at the start');\nexport const WORD = '';`);
    await said(dev, 'waiting for a change', 2);
    expect(dev.errors.join('\n')).toContain('at the start');
    await put('mended');
    await dev.says('open mended');
    expect(dev.errors.filter((line) => line.includes('waiting for a change'))).toHaveLength(2);
  });

  it('kills a program that does not end, after the time it has', async () => {
    await project();
    const dev = await start(['--grace', '100'], { MODE: 'stubborn' });
    const first = pidIn(await dev.says('open first'));
    await put('second');
    await dev.says('open second');
    expect(isAlive(first)).toBe(false);
    expect(dev.errors).toContain('chassis dev: the program did not end within 100 ms; it is killed');
    expect(await dev.stop('SIGINT')).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'leaves nobody behind after %s, what the program started neither',
    async (signal) => {
      await project();
      const dev = await start([], { MODE: 'parent' });
      const pids = [pidIn(await dev.says('open first')), pidIn(await dev.says('child'))];
      await dev.stop(signal);
      expect(await survivors(pids)).toEqual([]);
    },
  );

  it('ends with the script of npm that runs it, whose shell hands no signal on', async () => {
    await project({ 'package.json': JSON.stringify({ type: 'commonjs', scripts: { dev: `"${CHASSIS}" dev` } }) });
    const npm = await group('npm', ['run', 'dev']);
    const pid = pidIn(await npm.says('open first'));
    // Its output ends when nobody is left to write: neither the shell nor `chassis dev` nor the program.
    await npm.stop('SIGTERM');
    expect(await survivors([pid])).toEqual([]);
  });

  it('stays when a shell that has started it leaves', async () => {
    await project();
    const shell = await group('sh', ['-c', `"${process.execPath}" "${CHASSIS}" dev & exec sleep 1000`]);
    await shell.says('open first');
    shell.child.kill('SIGKILL');
    for (const word of ['second', 'third', 'fourth', 'fifth']) {
      await put(word);
      await shell.says(`open ${word}`);
    }
  });

  it('takes the program with it when it is killed', async () => {
    await project();
    const dev = await start();
    await dev.says('open first');
    // The program holds the other end of the pipes: they end when both are gone.
    await dev.stop('SIGKILL');
    expect(await survivors(dev.lines.map(pidIn).filter((pid) => pid > 0))).toEqual([]);
  });

  it('hands arguments on, watches what it is told to, and leaves tests alone', async () => {
    await project({
      'src/main.ts': `console.log('open', process.argv.slice(2).join(' '));\nsetInterval(() => {}, 1000);\n`,
      'data/a.txt': '',
    });
    const dev = await start(['src/main.ts', '--watch', 'data', '--', '--shop.discount=5', 'x']);
    await dev.says('open --shop.discount=5 x');
    await writeFile(join(folder, 'src/word.test.ts'), '');
    await writeFile(join(folder, 'data/a.txt'), 'changed');
    await said(dev, 'data/a.txt changed; starting anew');
    expect(dev.errors.join('\n')).not.toContain('word.test.ts');
  });

  it('checks types beside the program when asked to', async () => {
    await project({ 'src/word.ts': `export const WORD: number = 'first';\n` });
    const dev = await start(['--typecheck']);
    await dev.says('open first');
    await dev.says(`Type 'string' is not assignable to type 'number'`);
  });

  it('runs programs of ES modules', async () => {
    await project({ 'package.json': '{ "type": "module" }' });
    const dev = await start();
    await dev.says('open first');
    await put('second');
    await dev.says('open second');
  });

  it('says what it lacks', async () => {
    await project();
    const dev = (...words: string[]) => outcome([process.execPath, CHASSIS, 'dev', ...words], folder);
    expect(await dev('src/mian.ts')).toMatchObject({
      code: 1,
      err: expect.stringContaining('got src/mian.ts, which is not there') as string,
    });
    expect(await dev('--grace', 'long')).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected milliseconds, got "long"') as string,
    });
    expect(await dev('--watch', 'nowhere')).toMatchObject({
      code: 2,
      err: expect.stringContaining('nowhere is not there') as string,
    });
  });
});

/** Waits until so many lines with a text are on standard error, which the lines of standard output announce nothing of. */
async function said(program: Program, text: string, times = 1): Promise<void> {
  const { stderr } = program.child;
  while (program.errors.filter((line) => line.includes(text)).length < times) {
    await Promise.race([
      new Promise((resolve) => stderr?.once('data', resolve)),
      program.ended.then(() => Promise.reject(new Error(`it ended without "${text}":\n${program.text}`))),
    ]);
    await new Promise(setImmediate);
  }
}
