import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { goPrograms } from './go-programs.mjs';
import { freePort, Server } from './running.mjs';

const LONGEST_RUN_MS = 30_000;

const peers = goPrograms('grpc-peers', {
  module: 'grpc',
  programs: ['interop', 'chassis', 'grpcurl'],
  packages: ['./interop', './chassis', 'github.com/fullstorydev/grpcurl/cmd/grpcurl'],
});
const { program } = peers;

/** Runs a program to its end. */
function run(which, given, environment = {}) {
  const options = { timeout: LONGEST_RUN_MS, env: { ...process.env, ...environment } };
  return new Promise((resolve) => {
    execFile(program(which), given, options, (error, stdout, stderr) => {
      const killed = error?.killed ? `\nended after ${LONGEST_RUN_MS / 1000} s, which is too long` : '';
      resolve({ code: error ? (error.code ?? 1) : 0, output: stdout, complaint: `${stderr}${killed}` });
    });
  });
}

/** What a side of grpc-go shows and whom it believes. */
function trustFlags({ certificate, key, authority, serverName }) {
  const flags = { certificate, key, ca: authority, 'server-name': serverName };
  return Object.entries(flags).flatMap(([flag, value]) => (value ? [`-${flag}`, value] : []));
}

/** The folder that CHASSIS_CONF_DIR names; `registry.disabled`: neither needs a service center. */
function configure(folder, service, servicecomb) {
  const files = {
    'chassis.yaml': { servicecomb: { registry: { disabled: true }, ...servicecomb } },
    'microservice.yaml': { servicecomb: { service: { name: service, version: '1.0.0', app: 'interop' } } },
    // it would write the whole environment
    'lager.yaml': { logLevel: 'WARN', logWriters: 'stdout' },
  };
  // YAML, of which JSON is a part
  for (const [file, contents] of Object.entries(files)) writeFileSync(join(folder, file), JSON.stringify(contents));
  return { CHASSIS_CONF_DIR: folder };
}

/** grpc-go with the official interop cases, go-chassis with its gRPC extension, and grpcurl: built of published modules. */
export const grpcPeers = {
  name: peers.name,
  missing: peers.missing,
  install: peers.install,

  /** grpc-go's server of grpc.testing.TestService, in TLS with a certificate, for its own clients only with an authority. */
  async startInterop(trust = {}) {
    const port = await freePort();
    const given = ['server', '-address', `127.0.0.1:${port}`, ...trustFlags(trust)];
    const ready = `tcp://127.0.0.1:${port}`;
    const server = await new Server('grpc-go').start(program('interop'), given, { ready });
    return { port, log: () => server.log, stop: () => server.stop() };
  },

  /** Runs an official case against a port, in TLS with an authority. */
  runCase(which, { port, ...trust }) {
    return run('interop', ['client', '-address', `127.0.0.1:${port}`, '-case', which, ...trustFlags(trust)]);
  },

  /** go-chassis's provider of helloworld.Greeter; its service is named `GoProvider`. */
  async startChassisProvider() {
    const port = await freePort();
    const server = new Server('go-chassis');
    const environment = configure(server.folder, 'GoProvider', {
      protocols: { grpc: { listenAddress: `127.0.0.1:${port}` } },
    });
    await server.start(program('chassis'), ['provider'], { ready: `tcp://127.0.0.1:${port}`, environment });
    return { port, log: () => server.log, stop: () => server.stop() };
  },

  /** One call of helloworld.Greeter/SayHello by go-chassis's consumer, whose service is named `GoConsumer`. */
  async consumeByChassis({ port, name: greeted }) {
    const folder = mkdtempSync(join(tmpdir(), 'ts-chassis-go-'));
    try {
      const output = join(folder, 'output.json');
      const environment = configure(folder, 'GoConsumer', {
        handler: { chain: { Consumer: { default: 'loadbalance,transport' } } },
      });
      const given = ['consumer', `-address=127.0.0.1:${port}`, `-name=${greeted}`, `-output=${output}`];
      const { code, output: said, complaint } = await run('chassis', given, environment);
      if (code !== 0) throw new Error(`go-chassis's consumer ended with ${code}:\n${said}${complaint}`);
      return JSON.parse(readFileSync(output, 'utf8'));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },

  /** grpcurl with what it is given. */
  curl: (...given) => run('grpcurl', given),
};
