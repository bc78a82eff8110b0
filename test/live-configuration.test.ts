import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program } from './fixtures/service.js';

/** An application that says each change of its rules, with the longest time nothing else had its turn. */
const PROGRAM = `
process.on('worker', () => console.log(JSON.stringify({ message: 'thread' })));
const { createApplication, defineSection } = require('@ts-chassis/core');
const Rules = defineSection({
  key: 'rules', live: true, schema: { type: 'object', additionalProperties: { type: 'object' } },
  read: function* (values) {
    const model = new Map();
    for (const [name, rule] of Object.entries(values)) { model.set(name, rule.percent); yield; }
    return model;
  },
});
const app = createApplication({ name: 'live', plugins: [{ name: 'rules', install(host) { host.section(Rules); } }] });
app.start().then(() => {
  setInterval(() => {}, 1000);
  const rules = app.config.liveSection(Rules);
  rules.onChange((model) => console.log(JSON.stringify({ message: 'rules', count: model.size, last: model.get('r' + (model.size - 1)) })));
});
`;

let directory: string;
let program: Program;

const rules = (count: number, percent: number): string =>
  `rules:\n${Array.from({ length: count }, (_, index) => `  r${index}: { percent: ${percent}, headers: { user: u${index} } }`).join('\n')}\n`;

async function put(text: string): Promise<number> {
  const from = program.lines.length;
  await writeFile(join(directory, 'new'), text);
  await rename(join(directory, 'new'), join(directory, 'rules.yaml'));
  return from;
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'live-'));
  await writeFile(join(directory, 'rules.yaml'), rules(1, 1));
  program = new Program({ command: ['-e', PROGRAM], environment: { CHASSIS_CONF_DIR: directory } });
  await program.line(({ message }) => message.includes('ready') || message.includes('started'));
});

afterAll(async () => {
  await program.stop();
  await rm(directory, { recursive: true, force: true });
});

it('takes a file that is renamed into place, and says what changed and whence', async () => {
  const from = await put(rules(1, 2));
  expect(await program.says('configuration changed', from)).toMatchObject({
    source: 'files',
    keys: ['rules.r0.percent'],
  });
  expect(await program.line(({ message }) => message === 'rules', from)).toMatchObject({ count: 1, last: 2 });
});

it('takes ten thousand rules whole, read in a thread of their own', async () => {
  const from = await put(rules(10_000, 3));
  expect(await program.line(({ message }) => message === 'rules', from)).toMatchObject({ count: 10_000, last: 3 });
  expect(program.lines.slice(from).map(({ message }) => message)).toContain('thread');
  const changed = await program.says('configuration changed', from);
  expect(changed).toMatchObject({ source: 'files', more: 19_949 });
});

it('tells the line of what it cannot read or take, and keeps what was good', async () => {
  const broken = await put(`${rules(10_000, 4)}broken: [\n`);
  expect(await program.says('rules.yaml:10', broken)).toMatchObject({ level: 'warn' });
  const wrong = await put(`${rules(10_000, 5)}  wrong: 7\n`);
  const { message } = await program.says('rules.wrong', wrong);
  expect(message).toContain('rules.yaml:10002: rules.wrong: expected a map, got 7');
  expect(program.lines.slice(broken).filter((line) => line.message === 'rules')).toEqual([]);
  const mended = await put(rules(2, 6));
  expect(await program.line((line) => line.message === 'rules', mended)).toMatchObject({ count: 2, last: 6 });
});
