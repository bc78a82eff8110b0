import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { goPrograms } from './go-programs.mjs';
import { freePort, Server } from './running.mjs';

const built = goPrograms('chassis-peers', { module: 'servicecomb/chassis', programs: ['chassis'] });

/** What each starts as, beside what is given. */
const roles = {
  provider: { name: 'GoProvider' },
  consumer: { name: 'GoConsumer' },
  chain: { name: 'GoChain' },
};

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `more` over `settings`, at every depth. */
function merged(settings, more) {
  const all = { ...settings };
  for (const [key, value] of Object.entries(more)) {
    all[key] = isObject(value) && isObject(all[key]) ? merged(all[key], value) : value;
  }
  return all;
}

function chassisFile({ registry, ports, kie, consumerChain, providerChain, config }) {
  const protocols = Object.entries(ports).map(([protocol, port]) => [protocol, { listenAddress: `127.0.0.1:${port}` }]);
  const settings = {
    servicecomb: {
      registry: { address: registry, refreshInterval: '1s', watch: true, heartbeat: { interval: '10s' } },
      protocols: Object.fromEntries(protocols),
      // refreshMode 0: it waits for changes, for at most so many seconds
      ...(kie && { config: { client: { serverUri: kie, type: 'kie', refreshMode: 0, refreshInterval: 5 } } }),
      handler: { chain: { Consumer: { default: consumerChain }, Provider: { default: providerChain } } },
    },
  };
  return merged(settings, config);
}

async function asked(url, body) {
  const response = await fetch(url, body && { method: 'POST', body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text}`);
  return JSON.parse(text);
}

/**
 * A service of go-chassis 2.8.0 of ours that provides and consumes, over REST and gRPC: each role can do both, and only
 * the names differ. Its routes are in test/interop/peers/servicecomb/chassis.
 */
export const chassisPeers = {
  name: built.name,
  missing: built.missing,
  install: built.install,

  /**
   * Starts one and waits until it has registered, or, with `registered: false`, runs.
   *
   * @param role - `provider`, `consumer` or `chain`; @param registry - the address of a service-center; @param name,
   * @param version, @param app, @param environment, @param instanceProperties - as which it registers; @param protocols -
   * what it provides; @param port, @param grpcPort - default free ones; @param kie - the address of a KIE; @param
   * consumerChain, @param providerChain - handlers with commas between; @param config - more of chassis.yaml, which wins;
   * @param files - more files of its folder, by their names
   */
  async start(role, options) {
    const {
      registry,
      name = roles[role].name,
      version = '1.0.0',
      app = 'interop',
      environment = '',
      instanceProperties = {},
      protocols = ['rest'],
      port,
      grpcPort,
      kie,
      consumerChain = 'router,loadbalance,transport',
      providerChain = 'note-caller',
      config = {},
      files = {},
      registered = true,
    } = options;
    const server = new Server(`go-chassis ${name}`);
    const ports = {};
    if (protocols.includes('rest')) ports.rest = port ?? (await freePort());
    if (protocols.includes('grpc')) ports.grpc = grpcPort ?? (await freePort());
    const service = { name, version, app, environment, instanceProperties };
    const contents = {
      'chassis.yaml': chassisFile({ registry, ports, kie, consumerChain, providerChain, config }),
      'microservice.yaml': { servicecomb: { service } },
      // on a lower level it would write the whole environment
      'lager.yaml': { logLevel: 'WARN', logWriters: 'stdout' },
      ...files,
    };
    // YAML, of which JSON is a part
    for (const [file, content] of Object.entries(contents)) {
      writeFileSync(join(server.folder, file), typeof content === 'string' ? content : JSON.stringify(content));
    }
    const control = `127.0.0.1:${await freePort()}`;
    const flags = [`-control=${control}`, `-protocols=${Object.keys(ports).join(',')}`];
    const ready = registered ? `http://${control}/ready` : `tcp://${control}`;
    await server.start(built.program('chassis'), flags, {
      ready,
      environment: { CHASSIS_CONF_DIR: server.folder, CHASSIS_HOME: server.folder },
    });
    const at = (path) => `http://${control}${path}`;
    return {
      /** Of REST, when it is provided. */
      url: ports.rest && `http://127.0.0.1:${ports.rest}`,
      port: ports.rest,
      grpcPort: ports.grpc,
      /** Which instance it is. */
      self: () => asked(at('/self')),
      /** Calls as this service; see `call` of the Go program. */
      call: (what) => asked(at('/call'), what),
      /** How often each of its operations was called, past the handlers before `note-caller`. */
      received: () => asked(at('/received')),
      /** The value of a key as go-chassis has it now. */
      config: async (key) => (await asked(at(`/config?key=${encodeURIComponent(key)}`))).value,
      /** The instances of another service as go-chassis has them now. */
      instances: async (of) => (await asked(at(`/instances?service=${encodeURIComponent(of)}`))).instances ?? [],
      log: () => server.log,
      /** Ends it without a chance to tell the registry; its folder goes when it is stopped too. */
      kill: () => server.kill(),
      stop: () => server.stop(),
    };
  },
};
