import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache, fill, isCached, programPath, runInstaller } from './cache.mjs';
import { freePort, Server } from './running.mjs';

const source = fileURLToPath(new URL('../../test/interop/peers/grpc/', import.meta.url));
const programs = ['interop', 'chassis', 'grpcurl'];
const LONGEST_RUN_MS = 30_000;

/** Another source is another folder in the cache. */
function nameOf(folder) {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    if (/\.go$|go\.(?:mod|sum)$/.test(path)) hash.update(path.slice(folder.length)).update(readFileSync(path));
  }
  return `grpc-peers-${hash.digest('hex').slice(0, 12)}`;
}

const name = nameOf(source);
const program = (which) => join(cache, name, which);

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
  name,

  missing() {
    if (programs.every((each) => isCached(name, each)) || programPath('go')) return undefined;
    return 'the gRPC peers are not built, and go, which builds them, is not there';
  },

  /** Builds them, which takes a minute or more. */
  async install() {
    if (programs.every((each) => isCached(name, each))) return;
    await fill(name, programs.at(-1), (folder) => {
      const packages = ['./interop', './chassis', 'github.com/fullstorydev/grpcurl/cmd/grpcurl'];
      const given = ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', `${folder}/`, ...packages];
      return runInstaller('go', given, { cwd: source });
    });
  },

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
