import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goPrograms } from './go-programs.mjs';
import { freePort, Server } from './running.mjs';

const built = goPrograms('kie', { module: 'servicecomb/kie', programs: ['kie'] });

/** Its settings for TLS, with what it shows in files beside them. */
function showTls(folder, { certificate, key, authority, mutual = false }) {
  const files = { certFile: certificate, keyFile: key, caFile: authority };
  const settings = Object.entries(files).map(([setting, text]) => {
    const path = join(folder, `${setting}.pem`);
    writeFileSync(path, text);
    return [`rest.Provider.${setting}`, path];
  });
  return { ssl: { 'rest.Provider.verifyPeer': String(mutual), ...Object.fromEntries(settings) } };
}

async function ask(url, method, body) {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok && response.status !== 409) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return response.status === 409 || text === '' ? undefined : JSON.parse(text);
}

const allOf = (url) => `${url}/v1/default/kie/kv`;

/** Where a key is that has a value already; undefined where it has none. */
async function find(url, { key, labels }) {
  const query = new URLSearchParams({ key, match: 'exact', revision: '0' });
  for (const label of Object.entries(labels)) query.append('label', label.join(':'));
  const { data } = await ask(`${allOf(url)}?${query}`, 'GET');
  // a key is looked for as a part of keys
  const found = data.find((one) => one.key === key);
  return found && `${allOf(url)}/${found.id}`;
}

async function set(url, { key, value, labels }) {
  if (await ask(allOf(url), 'POST', { key, value, labels, value_type: 'text', status: 'enabled' })) return;
  await ask(await find(url, { key, labels }), 'PUT', { value, status: 'enabled' });
}

async function remove(url, wanted) {
  const at = await find(url, wanted);
  if (at) await ask(at, 'DELETE');
}

/** Apache ServiceComb KIE with its embedded etcd, in a process and a folder of its own. */
export const kie = {
  name: built.name,
  missing: built.missing,
  install: built.install,

  /**
   * @param folder - where its data stays, default a folder that goes when it stops; @param port - default a free one;
   * @param publicKeyFile - of a service-center under RBAC, whose tokens callers then need; @param tls - what it shows, as
   * PEM, and whether callers have to show something too (`mutual`)
   */
  async start({ folder: given, port, publicKeyFile, tls } = {}) {
    const server = new Server('KIE', { folder: given });
    const { folder } = server;
    const listen = port ?? (await freePort());
    const [events, peers] = [await freePort(), await freePort()];
    const files = {
      'kie-conf.yaml': {
        db: { kind: 'embedded_etcd', uri: `http://127.0.0.1:${peers}` },
        rbac: { enabled: publicKeyFile !== undefined, rsaPublicKeyFile: publicKeyFile ?? '' },
        sync: { enabled: false },
      },
      'chassis.yaml': {
        servicecomb: {
          registry: { disabled: true },
          protocols: { rest: { listenAddress: `127.0.0.1:${listen}` } },
          handler: { chain: { Provider: { default: `monitoring${publicKeyFile ? ',jwt' : ''},track-handler` } } },
          quota: { plugin: 'build-in' },
          cipher: { plugin: 'default' },
        },
      },
      ...(tls && { 'tls.yaml': showTls(folder, tls) }),
      'microservice.yaml': { servicecomb: { service: { name: 'servicecomb-kie', version: '0.2.0' } } },
      // it would write the whole environment
      'lager.yaml': { logLevel: 'WARN', logWriters: 'stdout' },
    };
    // YAML, of which JSON is a part
    for (const [file, contents] of Object.entries(files)) writeFileSync(join(folder, file), JSON.stringify(contents));
    const flags = [
      '--name=kie0',
      `--listen-peer-addr=127.0.0.1:${events}`,
      `--config=${join(folder, 'kie-conf.yaml')}`,
    ];
    const url = `${tls ? 'https' : 'http'}://127.0.0.1:${listen}`;
    const ready = tls ? `tcp://127.0.0.1:${listen}` : `${url}/v1/health`;
    const run = () => server.start(built.program('kie'), flags, { ready, environment: { CHASSIS_CONF_DIR: folder } });
    await run();
    return {
      url,
      port: listen,
      folder,
      /** Makes a key have a value, for those who ask with these labels; where callers need no token and no TLS. */
      set: (key, value, labels = {}) => set(url, { key, value, labels }),
      /** Takes the value of a key away again. */
      remove: (key, labels = {}) => remove(url, { key, labels }),
      log: () => server.log,
      kill: () => server.kill(),
      /** Starts it again where it was, after `kill()`; with `data: false` it has forgotten everything. */
      async start({ data = true } = {}) {
        if (!data) rmSync(join(folder, 'data'), { recursive: true, force: true });
        await run();
      },
      stop: () => server.stop(),
    };
  },
};
