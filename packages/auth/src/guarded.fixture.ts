import {
  ChassisError,
  createApplication,
  Logger,
  VirtualClock,
  type Application,
  type LogFields,
  type Newable,
  type Plugin,
} from '@ts-chassis/core';
import { rest, type RestOptions } from '@ts-chassis/rest';
import type { AuthOptions } from './auth-options.js';
import { auth } from './plugin.js';

/** Noon of a day, so that tokens have whole seconds. */
export const NOON = Date.UTC(2026, 0, 1, 12);

/** What an application under test is made of. */
export interface GuardedOptions {
  readonly schemas: readonly Newable[];
  readonly auth?: AuthOptions;
  readonly rest?: RestOptions;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly plugins?: readonly Plugin[];
  readonly clock?: VirtualClock;
}

/** A running application with what it logged. */
export interface Guarded {
  readonly app: Application;
  readonly clock: VirtualClock;
  readonly lines: string[];
  /** Asks over REST. */
  ask(path: string, headers?: Record<string, string>, init?: RequestInit): Promise<Answer>;
  stop(): Promise<void>;
}

/** An answer as a client sees it. */
export interface Answer {
  readonly status: number;
  readonly challenge: string | null;
  readonly headers: Headers;
  readonly body: { readonly code?: string; readonly detail?: string; readonly details?: unknown } | string | undefined;
}

/** Keeps what is logged as it is: nothing may rest on the redaction of the real one. */
export class Lines extends Logger {
  constructor(readonly lines: string[]) {
    super();
  }
  #add(level: string, message: string, fields?: LogFields): void {
    const error = fields?.['error'];
    this.lines.push(
      `${level} ${message} ${error instanceof Error ? String(error.stack) : ''} ${JSON.stringify(fields)}`,
    );
  }
  debug(message: string, fields?: LogFields): void {
    this.#add('debug', message, fields);
  }
  info(message: string, fields?: LogFields): void {
    this.#add('info', message, fields);
  }
  warn(message: string, fields?: LogFields): void {
    this.#add('warn', message, fields);
  }
  error(message: string, fields?: LogFields): void {
    this.#add('error', message, fields);
  }
  child(): Logger {
    return this;
  }
}

/** Starts an application over REST with time that is moved by hand. */
export async function startGuarded(options: GuardedOptions): Promise<Guarded> {
  const { schemas, auth: given = {}, values = {}, plugins = [], clock = new VirtualClock(NOON) } = options;
  const lines: string[] = [];
  const app = createApplication({
    ...{ name: 'shop', signals: false, clock, logger: new Lines(lines) },
    modules: [{ module: class Guarded {}, schemas }],
    plugins: [rest(options.rest), auth(given), ...plugins],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.registry.type': 'static',
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
  await app.start();
  const address = `http://127.0.0.1:${app.endpoints[0]!.port}`;
  return {
    ...{ app, clock, lines },
    ask: async (path, headers = {}, init = {}) => answerOf(await fetch(`${address}${path}`, { ...init, headers })),
    stop: () => app.stop().then(() => undefined),
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, challenge: headers.get('www-authenticate'), body: text === '' ? undefined : parsed(text) };
}

function parsed(text: string): Answer['body'] {
  try {
    return JSON.parse(text) as Answer['body'];
  } catch {
    return text;
  }
}

/** What a start is refused with. */
export async function refusalOf(options: GuardedOptions): Promise<ChassisError> {
  try {
    const guarded = await startGuarded(options);
    await guarded.stop();
  } catch (error) {
    return ChassisError.from(error);
  }
  throw new Error('it started');
}
