import { mkdir, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground, root, type Program } from './fixtures/service.js';

let playground: Playground;

beforeAll(async () => {
  playground = await Playground.create();
});

afterAll(() => playground.close());

/** Starts `orders` with other configuration files; resolves when it has ended. */
async function refused(files: Readonly<Record<string, string>>): Promise<Program> {
  for (const [name, text] of Object.entries(files)) await writeFile(playground.conf('orders', name), text);
  const service = playground.service('orders');
  await service.ended;
  for (const name of Object.keys(files)) await writeFile(playground.conf('orders', name), '');
  return service;
}

/** One message that a person can read, and exit code 1. */
async function expectRefusal(program: Program, ...texts: readonly (string | RegExp)[]): Promise<void> {
  expect((await program.ended).code, program.text).toBe(1);
  expect(program.errors, program.text).toHaveLength(1);
  const [message] = program.errors;
  expect(message).toMatch(/^the application did not start: /);
  for (const text of texts) expect(message).toMatch(text);
}

/** Runs one of the programs in `fixtures/refused` from its source. */
function fixture(name: string): Program {
  return playground.program({
    command: ['-r', 'ts-node/register', join(__dirname, 'fixtures/refused', `${name}.ts`)],
    environment: {
      CHASSIS_CONF_DIR: join(playground.folder, 'none'),
      TS_NODE_PROJECT: join(root, 'samples/hello/tsconfig.json'),
    },
  });
}

describe('a service refuses to start with one message and exit code 1', () => {
  it('when its port is in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const service = playground.service('orders', { address: `127.0.0.1:${port}` });
    await expectRefusal(service, `127.0.0.1:${port}`, /in use/);
    server.close();
  });

  it('when a file of its configuration is no YAML', async () => {
    await expectRefusal(await refused({ 'a-broken.yaml': 'shop:\n  discount: [1\n' }), /a-broken\.yaml:\d/);
  });

  it('when a value of its configuration is wrong', async () => {
    const program = await refused({ 'a-wrong.yaml': 'shop:\n  discount: 120\n' });
    await expectRefusal(program, 'a-wrong.yaml:2', 'shop.discount', /120/, /100/);
  });

  it('when its chain names a handler that nothing brings', async () => {
    const chain = 'servicecomb:\n  handler:\n    chain:\n      Provider:\n        default: audits\n';
    await expectRefusal(
      await refused({ 'a-chain.yaml': chain }),
      /a-chain\.yaml:5: servicecomb\.handler\.chain\.Provider\.default: /,
      'audits',
      'did you mean "audit"?',
    );
  });

  it('when a listener has an address that is none', async () => {
    await expectRefusal(playground.service('orders', { address: '127.0.0.1:eighty' }), 'listenAddress', 'eighty');
  });

  it('when its registry is of a type that nothing brings', async () => {
    const flags = ['--servicecomb.registry.type=zookeeper'];
    await expectRefusal(playground.service('orders', { flags }), 'zookeeper');
  });

  it('when its classes need each other in a circle', async () => {
    await expectRefusal(fixture('circular-providers'), /Chicken.*Egg.*Chicken/);
  });

  it('when a class needs what nothing provides', async () => {
    await expectRefusal(fixture('missing-provider'), 'Shelf', 'BookStore', /parameter 0|first parameter/);
  });

  it('when two operations have one route', async () => {
    await expectRefusal(fixture('two-schemas-one-route'), /GET \/books\/\{\w+\}/, 'first.find', 'second.find');
  });

  it('when two handlers have one name', async () => {
    await expectRefusal(fixture('two-handlers-one-name'), '"audit"', 'FirstAudit', 'SecondAudit');
  });
});

describe('a service starts nevertheless', () => {
  it('when a key of its configuration is unknown, with a warning that names the nearest one', async () => {
    await mkdir(playground.conf('catalog'), { recursive: true });
    const text = 'servicecomb:\n  registry:\n    adress: file:///nowhere\n';
    await writeFile(playground.conf('catalog', 'z-misspelt.yaml'), text);
    const service = playground.service('catalog');
    await service.ready();
    const warning = await service.line(({ level }) => level === 'warn');
    expect(warning.message).toContain('z-misspelt.yaml:3');
    expect(warning.message).toContain('servicecomb.registry.adress');
    expect(warning.message).toContain('servicecomb.registry.address');
    expect(await service.stop()).toBe(0);
  });
});
