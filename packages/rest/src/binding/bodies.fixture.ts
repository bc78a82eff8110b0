import {
  createApplication,
  Module,
  silentLogger,
  type Application,
  type Clock,
  type Newable,
  type Plugin,
} from '@ts-chassis/core';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rest } from '../plugin.js';
import type { RestOptions } from '../rest-options.js';

/** What an application of a test is made with. */
export interface ServedOptions {
  readonly schemas?: readonly Newable[];
  readonly providers?: readonly Newable[];
  readonly plugins?: readonly Plugin[];
  readonly uploads?: RestOptions['uploads'];
  readonly clock?: Clock;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** An application on a free port, with a folder of its own for uploads. */
export class Served {
  private constructor(
    readonly application: Application,
    readonly origin: string,
    readonly folder: string,
  ) {}

  static async of({
    schemas = [],
    providers = [],
    plugins = [],
    uploads,
    values,
    clock,
  }: ServedOptions): Promise<Served> {
    const folder = await mkdtemp(join(tmpdir(), 'ts-chassis-test-'));
    class AnyModule {}
    Module({ schemas: [...schemas], providers: [...providers] })(AnyModule);
    const application = createApplication({
      modules: [AnyModule],
      plugins: [rest({ uploads: { folder, ...uploads } }), ...plugins],
      signals: false,
      logger: silentLogger,
      ...(clock && { clock }),
      configuration: {
        directory: false,
        environment: false,
        commandLine: false,
        values: {
          'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
          'servicecomb.registry.register': 'manual',
          ...values,
        },
      },
    });
    await application.start();
    const { host, port } = application.endpoints[0]!;
    return new Served(application, `http://${host}:${port}`, folder);
  }

  get port(): number {
    return this.application.endpoints[0]!.port;
  }

  /** What lies in the folder for uploads once every request is over. */
  async left(): Promise<readonly string[]> {
    await this.application.stop();
    return readdir(this.folder);
  }

  async close(): Promise<void> {
    await this.application.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
