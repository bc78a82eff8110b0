import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache, fill, isCached, programPath, runInstaller } from './cache.mjs';
import { freePort, Server } from './running.mjs';

const OLDEST_JAVA = 17;
const source = fileURLToPath(new URL('../../test/interop/peers/java/', import.meta.url));
const name = nameOf(source);
const proof = 'peer.jar';

/** Another source is another folder in the cache. */
function nameOf(folder) {
  const hash = createHash('sha256');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    hash.update(path.slice(folder.length)).update(readFileSync(path));
  }
  return `java-chassis-${hash.digest('hex').slice(0, 12)}`;
}

/** The major version of the Java that the shell would find; 0 without one. */
function javaVersion() {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
}

/** Apache ServiceComb Java chassis: a service that is called, and calls what it is told to. Built by Maven, with all it needs beside it. */
export const javaChassis = {
  name,

  missing() {
    if (javaVersion() < OLDEST_JAVA) return `Java chassis: there is no Java ${OLDEST_JAVA} or newer`;
    if (isCached(name, proof) || programPath('mvn')) return undefined;
    return 'Java chassis is not built, and mvn, which builds it, is not there';
  },

  /** Builds it; the first time what it needs is fetched, which takes a minute or two. */
  async install() {
    if (isCached(name, proof)) return;
    await fill(name, proof, async (folder) => {
      const work = join(folder, 'source');
      cpSync(source, work, { recursive: true });
      const goals = ['package', 'dependency:copy-dependencies', `-DoutputDirectory=${join(folder, 'lib')}`];
      await runInstaller('mvn', ['-q', '-B', ...goals], { cwd: work });
      renameSync(join(work, 'target', 'java-chassis-peer-1.0.0.jar'), join(folder, proof));
      rmSync(work, { recursive: true });
    });
  },

  /**
   * A service of application `interop`, version 1.0.0, with the schema `library`, registered at a service-center.
   *
   * @param registry - address of the service-center; @param service - its name
   */
  async start({ registry, service }) {
    const server = new Server('Java chassis');
    const [port, control] = [await freePort(), await freePort()];
    const folder = join(cache, name);
    const properties = {
      'servicecomb.service.registry.address': registry,
      'servicecomb.service.name': service,
      'servicecomb.rest.address': `127.0.0.1:${port}`,
      'control.port': control,
    };
    const url = `http://127.0.0.1:${control}`;
    const ask = async (path, order) => {
      const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(order) });
      return response.json();
    };
    await server.start(
      'java',
      [
        ...['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.net.preferIPv4Stack=true'],
        ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
        ...['-cp', [join(folder, proof), join(folder, 'lib', '*')].join(delimiter), 'peers.Peer'],
      ],
      { ready: `${url}/health`, withinMs: 150_000 },
    );
    return {
      port,
      call: (order) => ask('/call', order),
      typed: (order) => ask('/typed', order),
      log: () => server.log,
      stop: () => server.stop(),
    };
  },
};
