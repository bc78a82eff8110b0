import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cache, fill, isCached, programPath, runInstaller } from './cache.mjs';
import { freeDatagramPort, freePort, Server } from './running.mjs';

const version = '1.42.0';
const name = `jaeger-${version}`;
const program = 'all-in-one';

/** Jaeger all-in-one: agent, collector and query with the storage in memory. */
export const jaeger = {
  name,

  missing() {
    if (isCached(name, program) || programPath('go')) return undefined;
    return `Jaeger ${version} is not installed, and go, which builds it, is not there`;
  },

  /** Builds it, which takes minutes. */
  async install() {
    if (isCached(name, program)) return;
    await fill(name, program, async (folder) => {
      const given = [
        'install',
        '-trimpath',
        '-ldflags',
        '-s -w',
        `github.com/jaegertracing/jaeger/cmd/${program}@v${version}`,
      ];
      // a folder for programs of its own; what was downloaded stays where Go keeps it
      await runInstaller('go', given, { environment: { GOBIN: join(folder, 'bin') } });
      renameSync(join(folder, 'bin', program), join(folder, program));
      rmSync(join(folder, 'bin'), { recursive: true });
    });
  },

  async start() {
    // every listener that is not given an address would be on all interfaces
    const tcp = {
      'admin.http': await freePort(),
      'collector.grpc-server': await freePort(),
      'collector.http-server': await freePort(),
      'collector.otlp.grpc': await freePort(),
      'collector.otlp.http': await freePort(),
      'http-server': await freePort(),
      'query.grpc-server': await freePort(),
      'query.http-server': await freePort(),
    };
    const udp = {
      'processor.jaeger-binary.server': await freeDatagramPort(),
      'processor.jaeger-compact.server': await freeDatagramPort(),
      'processor.zipkin-compact.server': await freeDatagramPort(),
    };
    const given = [
      ...Object.entries(tcp).map(([flag, port]) => `--${flag}.host-port=127.0.0.1:${port}`),
      ...Object.entries(udp).map(([flag, port]) => `--${flag}-host-port=127.0.0.1:${port}`),
      `--reporter.grpc.host-port=127.0.0.1:${tcp['collector.grpc-server']}`,
    ];
    const ready = `http://127.0.0.1:${tcp['admin.http']}/`;
    const server = await new Server('Jaeger').start(join(cache, name, program), given, { ready });
    return {
      queryUrl: `http://127.0.0.1:${tcp['query.http-server']}`,
      /** jaeger-client for Node speaks the binary protocol over UDP: sent to the compact port, spans are lost without a word. */
      agent: { host: '127.0.0.1', port: udp['processor.jaeger-binary.server'] },
      collectorUrl: `http://127.0.0.1:${tcp['collector.http-server']}/api/traces`,
      log: () => server.log,
      stop: () => server.stop(),
    };
  },
};
