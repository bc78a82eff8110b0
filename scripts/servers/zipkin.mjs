import { join } from 'node:path';
import { cache, fill, isCached, programPath, runInstaller } from './cache.mjs';
import { freePort, Server } from './running.mjs';

const version = '3.5.1';
const name = `zipkin-${version}`;
const jar = `zipkin-server-${version}-slim.jar`;

/** Zipkin with its storage in memory. */
export const zipkin = {
  name,

  missing() {
    if (!programPath('java')) return `Zipkin ${version} needs java (17 or newer), which is not there`;
    if (isCached(name, jar) || programPath('mvn')) return undefined;
    return `Zipkin ${version} is not installed, and mvn, which gets it, is not there`;
  },

  async install() {
    if (isCached(name, jar)) return;
    await fill(name, jar, (folder) =>
      runInstaller('mvn', [
        '-q',
        '--batch-mode',
        'dependency:copy',
        `-Dartifact=io.zipkin:zipkin-server:${version}:jar:slim`,
        `-DoutputDirectory=${folder}`,
      ]),
    );
  },

  async start({ port } = {}) {
    const listen = port ?? (await freePort());
    const url = `http://127.0.0.1:${listen}`;
    const given = [
      '-Xmx200m',
      '-XX:TieredStopAtLevel=1',
      '-jar',
      join(cache, name, jar),
      // QUERY_PORT alone would listen on every interface
      '--armeria.ports[0].ip=127.0.0.1',
      `--armeria.ports[0].port=${listen}`,
      '--armeria.ports[0].protocols[0]=http',
    ];
    const server = await new Server('Zipkin').start('java', given, { ready: `${url}/health`, withinMs: 180_000 });
    return { url, spansUrl: `${url}/api/v2/spans`, log: () => server.log, stop: () => server.stop() };
  },
};
