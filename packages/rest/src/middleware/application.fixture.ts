import {
  createApplication,
  Module,
  type Application,
  type ApplicationOptions,
  type Logger,
  type LogFields,
  type Newable,
  type Plugin,
} from '@ts-chassis/core';
import { rest } from '../plugin.js';
import type { RestOptions } from '../rest-options.js';

/** A running application with everything it logged. */
export interface RunningApplication {
  readonly app: Application;
  readonly origin: string;
  readonly logged: { readonly message: string; readonly fields: LogFields | undefined }[];
  /** Where a listener is, such as `rest-admin`. */
  originOf(listener: string): string;
}

export interface RunOptions {
  readonly schemas: readonly Newable[];
  readonly handlers?: readonly Newable[];
  readonly rest?: RestOptions;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly clock?: ApplicationOptions['clock'];
  readonly plugins?: readonly Plugin[];
}

const running: Application[] = [];

/** Ends what {@link run} started. */
export async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((app) => app.stop()));
}

/** Starts an application with the plug-in `rest` on a free port. */
export async function run(options: RunOptions): Promise<RunningApplication> {
  const { schemas, handlers = [], clock, plugins = [] } = options;
  @Module({ schemas: [...schemas], handlers: [...handlers] as never[] })
  class TestedModule {}
  const logged: RunningApplication['logged'] = [];
  const app = createApplication({
    name: 'tested',
    modules: [TestedModule],
    plugins: [rest(options.rest), ...plugins],
    signals: false,
    logger: memoryLogger(logged),
    ...(clock && { clock }),
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.registry.type': 'static',
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.lifecycle.drainDelay': 0,
        ...options.values,
      },
    },
  });
  running.push(app);
  await app.start();
  const originOf = (listener: string): string =>
    `http://127.0.0.1:${app.endpoints.find((endpoint) => endpoint.listener === listener)!.port}`;
  return { app, logged, originOf, origin: originOf('rest') };
}

function memoryLogger(lines: RunningApplication['logged']): Logger {
  const add = (message: string, fields?: LogFields): void => void lines.push({ message, fields });
  const logger = { debug: add, info: add, warn: add, error: add, child: (): unknown => logger };
  return logger as unknown as Logger;
}
