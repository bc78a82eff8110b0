import {
  Injectable,
  Live,
  Module,
  Returns,
  Schema,
  Value,
  VirtualClock,
  defineSection,
  type Plugin,
} from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { memoryRegistry, TestApplication } from '@ts-chassis/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Authority } from '../../../../test/fixtures/certificates.js';
import { ControlPlane, json, Lines } from '../connection/control-plane.fixture.js';
import { FakeKie, type FakeKieOptions } from './fake-kie.fixture.js';
import { kie as kiePlugin } from './kie.js';

/** Real sockets on a busy machine, and parsers that are loaded when they are first needed. */
const PATIENCE_MS = 30_000;

const SERVICE = { app: 'shop', service: 'catalog' };
const TestSection = defineSection<{ readonly size: number }>({
  key: 'test.pool',
  live: true,
  schema: { type: 'object', properties: { size: { type: 'integer', default: 1 } } },
});

@Schema({ id: 'books' })
class Books {
  @Returns(String) find(): Promise<string> {
    return Promise.resolve('found');
  }
}

@Injectable()
class Discount {
  constructor(@Value('shop.discount', { default: 1 }) readonly rate: Live<number>) {}
}

@Module({ schemas: [Books], providers: [Discount] })
class Shop {}

let clock: VirtualClock;
let lines: Lines;
let closers: (() => void | Promise<void>)[];

beforeEach(() => {
  [clock, lines, closers] = [new VirtualClock(), new Lines(), []];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

async function fakeKie(options: FakeKieOptions = {}): Promise<FakeKie> {
  const fake = await FakeKie.start({ clock, ...options });
  closers.push(() => fake.stop());
  return fake;
}

async function plane(): Promise<ControlPlane> {
  const made = await ControlPlane.start();
  closers.push(() => made.stop());
  return made;
}

function start(values: Readonly<Record<string, unknown>>): Promise<TestApplication> {
  const starting = TestApplication.create({
    ...{ modules: [Shop], clock, logger: lines },
    plugins: [governance(), kiePlugin(), played],
    configuration: {
      sections: [TestSection],
      values: {
        'servicecomb.service.name': 'catalog',
        'servicecomb.service.app': 'shop',
        'servicecomb.config.client.refreshMode': 0,
        ...values,
      },
    },
  }).then((application) => application);
  starting.then(
    (application) => closers.push(() => application.stop()),
    () => undefined,
  );
  return starting;
}

/** Values that choose a service-center; its roles are played by `played`. */
const registeredAt = ({ url }: { readonly url: string }): Readonly<Record<string, unknown>> => ({
  'servicecomb.registry.address': url,
  'servicecomb.registry.type': 'servicecenter',
});

/** Takes the name of service-center, so that nothing but KIE speaks to the one of the test. */
const played: Plugin = {
  name: 'played',
  install(host) {
    const registry = memoryRegistry();
    host.registrar('servicecenter', () => registry.registrar());
    host.discovery('servicecenter', (context) => registry.discovery(context));
  },
};

/** Moves time on until something has come. */
async function until(isDue: () => boolean): Promise<void> {
  for (let steps = 0; !isDue(); steps += 1) {
    if (steps === 2000) throw new Error(`it never came: ${lines.messages.join('\n')}`);
    await clock.advance(20);
    for (let turns = 0; turns < 25 && !isDue(); turns += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

const at = ({ url }: { readonly url: string }): Readonly<Record<string, unknown>> => ({
  'servicecomb.config.client.serverUri': url,
});

describe('an application with KIE', { timeout: PATIENCE_MS }, () => {
  test('has its values before chains are planned, and follows them in @Value, sections and governance', async () => {
    const server = await fakeKie();
    server.put({ key: 'shop.discount', value: '5', labels: SERVICE });
    server.put({ key: 'servicecomb.rateLimiting.rest', value: 'match: none\nrate: 1\nburst: 2\n', labels: SERVICE });
    const application = await start(at(server));
    const { rate } = application.get(Discount);
    const books = application.client(Books);
    const passing = async (calls: number): Promise<number> => {
      const outcomes = await Promise.allSettled(Array.from({ length: calls }, () => books.find()));
      return outcomes.filter(({ status }) => status === 'fulfilled').length;
    };
    expect(rate.value).toBe(5);
    expect(await passing(9)).toBe(2);
    server.put({ key: 'shop.discount', value: '7', labels: SERVICE });
    await until(() => rate.value === 7);
    const rule = 'match: none\nrate: 1\nburst: 5\n';
    server.put({ key: 'servicecomb.rateLimiting.rest', value: rule, labels: SERVICE });
    await until(() => application.application.config.raw('servicecomb.rateLimiting.rest') === rule);
    await clock.advance(10_000);
    expect(await passing(9)).toBe(5);
    server.delete('shop.discount', SERVICE);
    await until(() => rate.value === 1);
  });

  test('takes rules as trees too', async () => {
    const server = await fakeKie();
    const limit = { key: 'servicecomb.rateLimiting.rest', value: 'match: none\nrate: 1\nburst: 2\n', labels: SERVICE };
    server.put({ ...limit, type: 'yaml' });
    const books = (await start(at(server))).client(Books);
    const outcomes = await Promise.allSettled(Array.from({ length: 9 }, () => books.find()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });

  test('refuses what does not fit, says where it stands, and keeps what was good', async () => {
    const server = await fakeKie();
    server.put({ key: 'test.pool.size', value: '4', labels: SERVICE });
    server.put({ key: 'shop.discount', value: '5', labels: SERVICE });
    const { application } = await start(at(server));
    const pool = application.config.liveSection(TestSection);
    expect(pool.value.size).toBe(4);
    server.put({ key: 'test.pool.size', value: 'many', labels: SERVICE });
    await until(() => lines.messages.some((line) => line.includes('test.pool')));
    expect(lines.messages.find((line) => line.includes('test.pool'))).toMatch(
      /kie app=shop,service=catalog test\.pool\.size revision 3: .*many.*keeps its last good values/,
    );
    server.put({ key: 'shop.discount', value: '6', labels: SERVICE });
    await until(() => application.config.get<number>('shop.discount', 0) === 6);
    expect(pool.value.size).toBe(4);
    server.put({ key: 'test.pool.size', value: '8', labels: SERVICE });
    await until(() => pool.value.size === 8);
    expect(application.config.origin('test.pool.size')?.place).toContain('revision 5');
  });

  test('wins over local sources', async () => {
    const server = await fakeKie();
    server.put({ key: 'test.pool.size', value: '4', labels: { app: 'shop' } });
    const { application } = await start({ ...at(server), 'test.pool.size': 2 });
    expect(application.config.section(TestSection).size).toBe(4);
  });

  test('starts without it when it does not answer in time, which is said, and takes its values when it does', async () => {
    const server = await fakeKie();
    server.put({ key: 'test.pool.size', value: '4', labels: SERVICE });
    server.instead = () => true;
    let application: TestApplication | undefined;
    void start({ ...at(server), 'servicecomb.lifecycle.remoteConfigTimeout': '2s' }).then((it) => (application = it));
    await server.asked(1);
    await until(() => application !== undefined);
    expect(lines.messages.filter((line) => line.includes('within 2000 ms'))).toHaveLength(1);
    expect(application!.application.config.section(TestSection).size).toBe(1);
    server.instead = undefined;
    await until(() => application!.application.config.section(TestSection).size === 4);
  });

  test('asks with the account of the registry, over TLS, and with a new token when that is refused', async () => {
    const authority = await Authority.make();
    const { key, certificate: cert } = await authority.issue({ name: 'localhost', ips: ['127.0.0.1'] });
    const folder = mkdtempSync(join(tmpdir(), 'kie-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'ca.pem'), authority.certificate);
    const [server, registry] = [await fakeKie({ tls: { key, cert } }), await plane()];
    server.put({ key: 'test.pool.size', value: '4', labels: SERVICE });
    let token = 'first';
    registry.answer = (asked, response) => json({ token: asked.url === '/v4/token' ? token : '' })(asked, response);
    server.instead = ({ headers }, response) => {
      if (headers.authorization === `Bearer ${token}`) return false;
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"errorCode":"401201","errorMessage":"no"}');
      return true;
    };
    const { application } = await start({
      ...at(server),
      ...registeredAt(registry),
      'servicecomb.credentials.account.name': 'shop',
      'servicecomb.credentials.account.password': 'hunter2',
      'ssl.configServer.Consumer.caFile': join(folder, 'ca.pem'),
      'ssl.configServer.Consumer.verifyPeer': true,
    });
    expect(application.config.section(TestSection).size).toBe(4);
    expect(registry.asked.filter(({ url }) => url === '/v4/token')).toHaveLength(1);
    expect(JSON.parse(registry.asked[0]!.body)).toMatchObject({ name: 'shop', password: 'hunter2' });
    token = 'second';
    server.put({ key: 'test.pool.size', value: '5', labels: SERVICE });
    await until(() => application.config.section(TestSection).size === 5);
    expect(lines.messages.join()).not.toMatch(/hunter2|first|second/);
  });

  test('says that the account is not taken, and does not ask so often that it is locked', async () => {
    const [server, registry] = [await fakeKie(), await plane()];
    registry.answer = json({ errorCode: '401202', errorMessage: 'user name or password is wrong', detail: '' }, 401);
    let application: TestApplication | undefined;
    void start({
      ...{ ...at(server), ...registeredAt(registry) },
      'servicecomb.credentials.account.name': 'shop',
      'servicecomb.credentials.account.password': 'hunter2',
    }).then((started) => (application = started));
    await until(() => application !== undefined);
    const begun = clock.elapsed();
    await until(() => clock.elapsed() - begun > 25_000);
    expect(registry.asked).toHaveLength(1);
    expect(server.questions).toEqual([]);
    const told = lines.messages.filter((line) => line.startsWith('kie cannot be asked'));
    expect(told).toEqual([expect.stringContaining('the account "shop" was refused')]);
  });

  test('finds it in the registry as CseConfigCenter, where no address is configured', async () => {
    const [server, registry] = [await fakeKie(), await plane()];
    server.put({ key: 'test.pool.size', value: '4', labels: SERVICE });
    const endpoints = [`rest://127.0.0.1:${server.port}?sslEnabled=false`, 'nonsense'];
    const instance = { instanceId: 'i', serviceId: 's', hostName: 'h', status: 'UP', endpoints };
    registry.answer = json({ services: { updated: [{ index: 0, rev: '1', instances: [instance] }] } });
    const { application } = await start(registeredAt(registry));
    expect(application.config.section(TestSection).size).toBe(4);
    expect(registry.asked).toHaveLength(1);
    expect(registry.asked[0]!.body).toContain('CseConfigCenter');
  });

  test('starts with a warning where the registry knows none, and without where no registry is there to ask', async () => {
    const registry = await plane();
    registry.answer = json({
      services: { failed: [{ indexes: [0], error: { errorCode: '400012', errorMessage: 'no', detail: '' } }] },
    });
    await start(registeredAt(registry));
    expect(lines.messages.filter((line) => line.startsWith('kie'))).toEqual([
      expect.stringContaining('the registry knows no CseConfigCenter'),
    ]);
    await start({});
    expect(lines.messages.filter((line) => line.startsWith('kie'))).toHaveLength(1);
  });

  test('is not asked when it is switched off, or another type is chosen', async () => {
    const server = await fakeKie();
    await start({ ...at(server), 'servicecomb.config.client.enabled': false });
    expect(lines.messages.filter((line) => line.startsWith('kie'))).toEqual([]);
    await start({ ...at(server), 'servicecomb.config.client.type': 'config_center' });
    expect(server.questions).toEqual([]);
    expect(lines.messages.filter((line) => line.startsWith('kie'))).toEqual([
      'kie: servicecomb.config.client.type: expected kie or servicecomb-kie, got "config_center"; KIE is not asked',
    ]);
    await start({ ...at(server), 'servicecomb.config.client.type': 'servicecomb-kie' });
    expect(server.questions.length).toBeGreaterThan(0);
  });

  test('asks once a second at the most', async () => {
    const server = await fakeKie();
    const often = { 'servicecomb.config.client.refreshMode': 1, 'servicecomb.config.client.refreshInterval': 0 };
    await start({ ...at(server), ...often });
    const [begun, asked] = [clock.elapsed(), server.questions.length];
    await until(() => server.questions.length >= 3 * asked);
    expect(clock.elapsed() - begun).toBeGreaterThanOrEqual(1000);
  });

  test('refuses the start for an address that is none', async () => {
    await expect(start({ 'servicecomb.config.client.serverUri': 'ftp://nowhere' })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
  });

  test('leaves nothing behind when it stops', async () => {
    const server = await fakeKie();
    const application = await start(at(server));
    await application.stop();
    const before = server.questions.length;
    await clock.advance(120_000);
    expect(server.questions).toHaveLength(before);
    expect(clock.pending).toBe(0);
  });
});
