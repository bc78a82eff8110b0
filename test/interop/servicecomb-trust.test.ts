import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chassisPeers, kie, serviceCenter, until } from '../../scripts/servers/servers.mjs';
import { Authority, CertificateFolder } from '../fixtures/certificates.js';
import { lane } from './lane.js';
import { tell } from './servicecomb/guarded-kie.js';
import { Lines } from './servicecomb/lines.js';
import { TRUST, type CasesOf } from './servicecomb/matrix.js';
import type { TsService } from './servicecomb/service.js';
import { found, known, Stage } from './servicecomb/stage.js';
import { TokenGate, tokenOf } from './servicecomb/token-gate.js';

type Center = Awaited<ReturnType<typeof serviceCenter.start>>;
type CenterOptions = Parameters<typeof serviceCenter.start>[0];

/** So that nothing is found by the poll while a test runs. */
const byWatchAlone = { 'servicecomb.registry.refreshInterval': '10m' };

const WORD = 'interop.word';
const LABELS = { app: 'interop', environment: '' };

const TAGS = ['registrator.Consumer', 'serviceDiscovery.Consumer', 'contractDiscovery.Consumer'];

/** Certificates, and one service-center at a time. */
class TrustStage {
  readonly folder = new CertificateFolder();
  readonly #ends: { stop(): Promise<void> }[] = [];

  private constructor(
    readonly authority: Authority,
    readonly shown: { readonly certificate: string; readonly key: string; readonly authority: string },
  ) {}

  static async make(): Promise<TrustStage> {
    const authority = await Authority.make();
    const { certificate, key } = await authority.issue({ name: 'center', ips: ['127.0.0.1'], algorithm: 'rsa' });
    return new TrustStage(authority, { certificate, key, authority: authority.certificate });
  }

  async center(options: CenterOptions): Promise<{ readonly center: Center; readonly services: Stage }> {
    const center = await serviceCenter.start(options);
    const services = new Stage(center);
    this.#ends.push({ stop: () => services.clear() }, center);
    return { center, services };
  }

  async kie(options: Parameters<typeof kie.start>[0]): Promise<Awaited<ReturnType<typeof kie.start>>> {
    const center = await kie.start(options);
    this.#ends.push(center);
    return center;
  }

  async gate(registry: string, key: KeyObject): Promise<TokenGate> {
    const gate = await TokenGate.open(registry, key);
    this.#ends.push(gate);
    return gate;
  }

  /** TLS of all that a service says to a registry. */
  tls(keys: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(TAGS.map((tag) => [`ssl.${tag}`, keys]));
  }

  async clear(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end.stop();
  }
}

/** Who reads a KIE that lets not everyone in. */
const fromKie = (url: string): Readonly<Record<string, unknown>> => ({
  'servicecomb.config.client': { serverUri: [url], refreshMode: 0, refreshInterval: '5s' },
});

async function reads(service: TsService, word: string): Promise<void> {
  await until(`${word} of KIE`, () => service.config.raw(WORD) === word || undefined);
}

/** A consumer that follows a provider over its websocket, and calls it. */
async function followed(services: Stage, values: Readonly<Record<string, unknown>>): Promise<TsService> {
  await services.ts('TsProvider', { values });
  const consumer = await services.ts('TsConsumer', { values: { ...values, ...byWatchAlone } });
  await found(consumer, 'TsProvider');
  expect((await consumer.rest.fetch('http://TsProvider/who')).status).toBe(200);
  await services.ts('TsProvider', { values });
  await found(consumer, 'TsProvider', 2);
  return consumer;
}

/** What a service says that may not read KIE. */
async function outsider(services: Stage, values: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const lines = new Lines();
  await services.ts('TsOutsider', {
    ...{ logger: lines, values: { 'servicecomb.lifecycle.remoteConfigTimeout': '2s', ...values } },
  });
  return lines.warnings.filter((line) => line.startsWith('kie cannot'));
}

/** What a service says of a registry that does not let it in. */
async function stranger(services: Stage, values: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const lines = new Lines();
  await services.ts('TsStranger', { values, logger: lines });
  return lines.warnings.filter((line) => line.startsWith('the registry'));
}

/** Other keys in the place of those that sign and check tokens. */
function changeTokenKeys(folder: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  writeFileSync(join(folder, 'token.key'), privateKey);
  writeFileSync(join(folder, 'token.pub'), publicKey);
}

const cases: CasesOf<typeof TRUST, TrustStage> = {
  async rbac(stage) {
    const { center, services } = await stage.center({ rbac: true });
    const account = center.account!;
    const credentials = {
      servicecomb: { credentials: { account, cipher: 'default' } },
    };
    const values = { 'servicecomb.credentials.account': account };
    await expect(stranger(services, {})).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining('expected the token of an account (servicecomb.credentials.account), got none'),
    });
    // service-center bans an address for an hour after the third
    const wrong = { 'servicecomb.credentials.account': { ...account, password: 'Wrong_Passw0rd' } };
    await expect(stranger(services, wrong)).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining(
        'the account "root" was refused: Request unauthorized: wrong user name or password',
      ),
    });
    const consumer = await followed(services, values);
    const go = await services.go('consumer', { config: credentials });
    await known(go, 'TsProvider', 2);
    await services.go('provider', { config: credentials });
    await found(consumer, 'GoProvider');
    expect((await consumer.rest.fetch('http://GoProvider/who')).status).toBe(200);
    // whoever has a token of before is refused with it, and gets another
    await center.kill();
    changeTokenKeys(center.folder);
    await center.start();
    await services.ts('TsProvider', { values });
    await found(consumer, 'TsProvider', 3);
  },

  async tls(stage) {
    const { services } = await stage.center({ tls: stage.shown });
    const caFile = stage.folder.write('ca.crt', stage.authority.certificate);
    await followed(services, stage.tls({ caFile }));
    const other = stage.folder.write('other.crt', (await Authority.make('other')).certificate);
    expect(await stranger(services, stage.tls({ caFile: other }))).toEqual([
      expect.stringMatching(/no authority that is trusted vouches for .*; ssl\.registrator\.Consumer\.caFile/),
    ]);
  },

  async 'mutual-tls'(stage) {
    const { services } = await stage.center({ tls: { ...stage.shown, mutual: true } });
    const caFile = stage.folder.write('ca.crt', stage.authority.certificate);
    const own = stage.folder.pair('service', await stage.authority.issue({ name: 'service' }));
    await followed(services, stage.tls({ caFile, ...own }));
    expect(await stranger(services, stage.tls({ caFile }))).toEqual([
      expect.stringMatching(/who wants another certificate of us .*ssl\.registrator\.Consumer\.certFile/),
    ]);
  },

  async 'kie-rbac'(stage) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const { services, center } = await stage.center({});
    const { url } = await stage.kie({ publicKeyFile: stage.folder.write('token.pub', pem) });
    const gate = await stage.gate(center.url, privateKey);
    const change = await tell({ url, token: tokenOf('root', privateKey) }, { key: WORD, value: 'one', labels: LABELS });
    const values = { ...fromKie(url), 'servicecomb.registry.watch': false };
    const account = { name: 'root', password: 'any' };
    const registry = { 'servicecomb.registry.address': [gate.url] };
    const reader = await services.ts('TsReader', {
      values: { ...values, ...registry, 'servicecomb.credentials.account': account },
    });
    await reads(reader, 'one');
    await change('two');
    await reads(reader, 'two');
    expect(gate.given).toBeGreaterThan(0);
    expect(await outsider(services, values)).toEqual([
      expect.stringContaining('expected the token of an account (servicecomb.credentials.account), got none'),
    ]);
  },

  async 'kie-tls'(stage) {
    const { services } = await stage.center({});
    const { url } = await stage.kie({ tls: { ...stage.shown, mutual: true } });
    const own = await stage.authority.issue({ name: 'service' });
    const ca = stage.authority.certificate;
    const change = await tell(
      { url, tls: { ca, cert: own.certificate, key: own.key } },
      { key: WORD, value: 'one', labels: LABELS },
    );
    const caFile = stage.folder.write('ca.crt', ca);
    const reader = await services.ts('TsReader', {
      values: { ...fromKie(url), 'ssl.configServer.Consumer': { caFile, ...stage.folder.pair('service', own) } },
    });
    await reads(reader, 'one');
    await change('two');
    await reads(reader, 'two');
    expect(await outsider(services, { ...fromKie(url), 'ssl.configServer.Consumer': { caFile } })).toEqual([
      expect.stringMatching(/who wants another certificate of us .*ssl\.configServer\.Consumer\.certFile/),
    ]);
    expect(await outsider(services, fromKie(url))).toEqual([
      expect.stringMatching(/no authority that is trusted vouches for .*; ssl\.configServer\.Consumer\.caFile/),
    ]);
  },
};

lane('trust between services and service-center', [serviceCenter, kie, chassisPeers], () => {
  let stage: TrustStage;

  beforeAll(async () => {
    stage = await TrustStage.make();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage?.folder.remove());

  for (const row of TRUST) it(`${row.id}: ${row.what}`, () => cases[row.id](stage));
});
