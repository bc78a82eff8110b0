import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Playground, root, type Program } from './fixtures/service.js';

const start = join(root, 'samples/shop/dist/start.js');
const run = promisify(execFile);
const FREE_PORTS = {
  SHOP_CATALOG_ADDRESS: '127.0.0.1:0',
  SHOP_CATALOG_GRPC_ADDRESS: '127.0.0.1:0',
  SHOP_ORDERS_ADDRESS: '127.0.0.1:0',
};
let playground: Playground;
const servers: Server[] = [];

beforeEach(async () => {
  playground = await Playground.create();
});

afterEach(async () => {
  await playground.close();
  for (const server of servers.splice(0)) server.close();
});

/** The launcher on free ports and a registry of its own. */
function launch(environment: Record<string, string> = {}): Program {
  return playground.program({
    command: [start, `--servicecomb.registry.address=${playground.registry}`],
    environment: { ...FREE_PORTS, ...environment },
    detached: true,
  });
}

/** The processes of a launcher's services that still run. */
async function servicesOf(folder: string): Promise<string[]> {
  const { stdout } = await run('ps', ['-eo', 'pid,args']);
  return stdout.split('\n').filter((line) => line.includes('/main.js') && line.includes(folder));
}

async function occupiedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

describe('npm start -- --check', () => {
  it('places an order end to end, says what it did, leaves nothing, exits 0', async () => {
    const check = playground.program({ command: [start, '--check'], environment: { TMPDIR: playground.folder } });
    const { code } = await check.ended;
    expect(check.text).toContain('check passed');
    expect(code).toBe(0);
    expect(check.text).toMatch(/POST \S+\/orders .*201/);
    expect(check.text).toContain('orders called it by name, over grpc');
    expect(await servicesOf(playground.folder)).toEqual([]);
    expect((await readdir(playground.folder)).filter((name) => name.startsWith('ts-chassis-shop'))).toEqual([]);
  });

  it('calls the catalog over REST where a line of configuration says so', async () => {
    const check = playground.program({
      command: [start, '--check', '--servicecomb.consumer.services.catalog.protocol=rest'],
    });
    expect((await check.ended).code).toBe(0);
    expect(check.text).toContain('orders called it by name, over rest');
  });

  it('exits 1 and shows what the services said when one does not start', async () => {
    const check = playground.program({ command: [start, '--check', '--shop.discount=200'] });
    expect((await check.ended).code).toBe(1);
    expect(check.text).toContain('shop.discount');
    expect(check.text).toContain('check failed: orders ended with exit code 1');
  });
});

describe('npm start', () => {
  it('says ready and prints curl lines that work as they stand', async () => {
    const program = launch();
    await program.line(({ message }) => message.startsWith('ready'));
    const curls = await Promise.all(
      [0, 1, 2].map(async (index) => {
        await program.line(() => program.lines.filter(isCurl).length > index);
        return program.lines.filter(isCurl)[index]!.message;
      }),
    );
    const answers: string[] = [];
    for (const curl of curls) answers.push((await run('sh', ['-c', `${curl} -sS --fail`])).stdout);
    expect(answers[0]).toContain('The C Programming Language');
    expect(JSON.parse(answers[1]!)).toMatchObject({ title: 'Introduction to Algorithms', quantity: 2, price: 153 });
    expect(JSON.parse(answers[2]!)).toHaveLength(1);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('drains both services and exits 0 on %s to its group', async (signal) => {
    const program = launch();
    await program.line(({ message }) => message.startsWith('ready'));
    process.kill(-program.child.pid!, signal);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.text).toMatch(/catalog \| .*signal: stopping/);
    expect(program.text).toMatch(/orders {2}\| .*signal: stopping/);
    expect(await servicesOf(playground.folder)).toEqual([]);
  });

  it.each([
    ['SIGINT', 'its group, as Ctrl-C does', -1],
    ['SIGTERM', 'npm alone', 1],
  ] as const)('through npm drains both services and exits 0 on %s to %s', async (signal, _whom, sign) => {
    const program = playground.program({
      program: 'npm',
      command: ['start', '--', `--servicecomb.registry.address=${playground.registry}`],
      environment: FREE_PORTS,
      detached: true,
    });
    await program.line(({ message }) => message.startsWith('ready'));
    process.kill(sign * program.child.pid!, signal);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.text).toContain('stopped: both services finished what they were doing');
    expect(await servicesOf(playground.folder)).toEqual([]);
  });

  it('takes the same Ctrl-C twice, as npm passes it on', async () => {
    const program = launch();
    await program.line(({ message }) => message.startsWith('ready'));
    program.child.kill('SIGINT');
    program.child.kill('SIGINT');
    expect(await program.ended).toEqual({ code: 0, signal: null });
  });

  it('ends all with exit code 1 when a service dies, and says which', async () => {
    const program = launch();
    await program.line(({ message }) => message.startsWith('ready'));
    const [catalog] = (await servicesOf(playground.folder)).filter((line) => line.includes('/catalog/main.js'));
    process.kill(Number.parseInt(catalog!, 10), 'SIGKILL');
    expect((await program.ended).code).toBe(1);
    expect(program.errors).toContain('shop: catalog ended with signal SIGKILL; stopping the shop');
    expect(await servicesOf(playground.folder)).toEqual([]);
  });

  it('leaves no service behind when it is killed itself', async () => {
    const program = launch();
    await program.line(({ message }) => message.startsWith('ready'));
    const services = await servicesOf(playground.folder);
    expect(services).toHaveLength(2);
    await program.stop('SIGKILL');
    // nobody is left to tell when they have ended; the time limit of the test is the limit
    while ((await servicesOf(playground.folder)).length > 0);
  });

  it('says in one message that a port is in use, and exits 1', async () => {
    const port = await occupiedPort();
    const program = launch({ SHOP_CATALOG_ADDRESS: `127.0.0.1:${port}` });
    expect((await program.ended).code).toBe(1);
    expect(program.text).toMatch(new RegExp(`catalog \\| .*did not start.*${port}`));
    expect(program.errors).toContain('shop: catalog ended with exit code 1; stopping the shop');
    expect(program.text).not.toMatch(/\n? +at \S+ \(/);
  });

  it('explains its arguments when it is given another', async () => {
    const program = playground.program({ command: [start, '--chekc'] });
    expect((await program.ended).code).toBe(1);
    expect(program.errors[0]).toBe('unknown argument --chekc');
    expect(program.text).toContain('--check');
  });
});

function isCurl({ message }: { message: string }): boolean {
  return message.startsWith('curl ');
}
