import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goPrograms } from './go-programs.mjs';
import { freePort, Server } from './running.mjs';

const built = goPrograms('service-center', { module: 'servicecomb/service-center', programs: ['service-center'] });

/** Its first account, with which it asks for a token under RBAC. */
const account = { name: 'root', password: 'Complicated_Passw0rd' };

/** The file of its settings; a value is a word, a number or a text in quotes. */
const settingsFile = (settings) =>
  Object.entries(settings)
    .map(([key, value]) => `${key} = ${value}\n`)
    .join('');

/** The keys that sign and check tokens. */
function keysIn(folder) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const keys = { privateKeyFile: join(folder, 'token.key'), publicKeyFile: join(folder, 'token.pub') };
  writeFileSync(keys.privateKeyFile, privateKey);
  writeFileSync(keys.publicKeyFile, publicKey);
  return keys;
}

/** Where it looks for TLS: four files of fixed names in one folder. */
function showTls(folder, { certificate, key, authority }) {
  const files = { 'server.cer': certificate, 'server_key.pem': key, 'trust.cer': authority, cert_pwd: '' };
  const shown = join(folder, 'ssl');
  mkdirSync(shown, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(shown, file), text);
  return shown;
}

/**
 * Apache ServiceComb service-center 1.4.8 with its embedded etcd, in a process and a folder of its own.
 *
 * It answers only once it can: on a start with the data of one that was killed, a lease of that one has to end first.
 */
export const serviceCenter = {
  name: built.name,
  missing: built.missing,
  install: built.install,

  /**
   * @param folder - where its data stays, default a folder that goes when it stops; @param port, @param peerPort - default
   * free ones; @param rbac - whether callers need a token; @param tls - what it shows, as PEM, and whether callers have to
   * show something too (`mutual`); @param ttlSeconds - how long any instance lives without a heartbeat, default what the
   * instance says
   */
  async start({ folder: given, port, peerPort, rbac = false, tls, ttlSeconds } = {}) {
    const server = new Server('service-center', { folder: given });
    const { folder } = server;
    mkdirSync(join(folder, 'conf'), { recursive: true });
    const listen = port ?? (await freePort());
    const peers = `http://127.0.0.1:${peerPort ?? (await freePort())}`;
    const keys = rbac ? keysIn(folder) : undefined;
    const settings = {
      component_name: 'service_center',
      runmode: 'prod',
      httpaddr: '127.0.0.1',
      httpport: listen,
      // spelled so by it
      registry_plugin: 'embeded_etcd',
      discovery_plugin: 'etcd',
      manager_name: 'sc-0',
      manager_addr: `"${peers}"`,
      manager_cluster: `"sc-0=${peers}"`,
      self_register: 1,
      enable_cache: 1,
      uuid_plugin: '"context"',
      loglevel: 'INFO',
      logfile: '""',
      ssl_mode: tls ? 1 : 0,
      ...(tls && { ssl_verify_client: tls.mutual ? 1 : 0, ssl_min_version: 'TLSv1.2' }),
      ...(rbac && {
        rbac_enabled: true,
        auth_plugin: '"buildin"',
        rbac_rsa_private_key_file: keys.privateKeyFile,
        rbac_rsa_public_key_file: keys.publicKeyFile,
      }),
    };
    writeFileSync(join(folder, 'conf', 'app.conf'), settingsFile(settings));
    const environment = {
      ...(rbac && { SC_INIT_ROOT_PASSWORD: account.password }),
      ...(tls && { SSL_ROOT: showTls(folder, tls) }),
      ...(ttlSeconds !== undefined && { INSTANCE_TTL: String(ttlSeconds) }),
    };
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${listen}`;
    const ready = tls ? `tcp://127.0.0.1:${listen}` : `${url}/v4/default/registry/health`;
    const run = () => server.start(built.program('service-center'), [], { ready, environment });
    await run();
    return {
      url,
      port: listen,
      folder,
      /** Under RBAC: who may have a token, and the file of the key that checks tokens. */
      account: rbac ? account : undefined,
      publicKeyFile: keys?.publicKeyFile,
      log: () => server.log,
      kill: () => server.kill(),
      /** Starts it again where it was, after `kill()`; with `data: false` it has forgotten everything. */
      async start({ data = true } = {}) {
        if (!data) rmSync(join(folder, 'data'), { recursive: true, force: true });
        await run();
      },
      /** Ends it; a graceful end would take three seconds, and its data is whole without. */
      async stop() {
        await server.kill();
        await server.stop();
      },
    };
  },
};
