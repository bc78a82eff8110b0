import {
  CacheDiscovery,
  clientOf,
  coreError,
  createApplication,
  isReply,
  readSchema,
  receivedArguments,
  receivedReply,
  replyOf,
  silentLogger,
  VirtualClock,
  type AnyClass,
  type Application,
  type Client,
  type Identifier,
  type Instance,
  type Invocation,
  type Plugin,
  type PluginHost,
  type Provider,
  type RegistryContext,
  type Reply,
  type Services,
} from '@ts-chassis/core';
import { installCoalesce } from '../coalesce/install.js';
import { GovernanceEvents } from '../events/governance-events.js';
import { installTimeout } from '../timeout/install.js';
import { installRetry } from './install.js';

/** What an instance answers with: a value, a reply, or a failure that is thrown. */
export type Answer = (call: ReceivedCall) => unknown;

/** One call as an instance received it. */
export interface ReceivedCall {
  /** `A`, `B`, ... */
  readonly instance: string;
  /** How many calls all instances received, this one included. */
  readonly count: number;
  readonly operation: string;
  readonly args: readonly unknown[];
  readonly invocation: Invocation;
  /** When it came, in milliseconds from the start. */
  readonly at: number;
}

/** What is played. */
export interface PlayOptions {
  /** Contracts of one service called `played`. */
  readonly contracts: readonly AnyClass<object>[];
  readonly answer: Answer;
  /** Default 3. */
  readonly instances?: number;
  readonly values?: Readonly<Record<string, unknown>>;
  readonly providers?: readonly Provider[];
  readonly plugins?: readonly Plugin[];
  /** What is installed; default only the rooms that are tried. */
  readonly rooms?: (host: PluginHost) => void;
}

/** An application that calls a service played by the test, whose instances are told apart. Time stands still. */
export class Played {
  constructor(
    readonly app: Application,
    readonly clock: VirtualClock,
    readonly calls: ReceivedCall[],
    private readonly services: Services,
  ) {}

  /** The instances called, in order. */
  get order(): string {
    return this.calls.map(({ instance }) => instance).join('');
  }

  get times(): readonly number[] {
    return this.calls.map(({ at }) => at);
  }

  client<T extends object>(contract: AnyClass<T>, options: object = {}): Client<T> {
    const target = { schema: readSchema(contract), service: 'played', options };
    return clientOf(this.services.consumer, target) as Client<T>;
  }

  get<T>(identifier: Identifier<T>): T {
    return this.app.get(identifier);
  }

  /** The outcome of a call after all time that may matter has passed. */
  async outcome(call: PromiseLike<unknown>, ms = 60_000): Promise<unknown> {
    const outcome = Promise.resolve(call).catch((error: unknown) => error);
    await this.clock.advance(ms);
    return outcome;
  }
}

/** Refuses a connection, as an operating system does. */
export function refused(): Error {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect' });
  return coreError('CALL_FAILED', 'connection refused', { cause });
}

/** Instances `A`, `B`, ... at `a:1`, `b:2`, ... */
function instancesOf(count: number): readonly Instance[] {
  return Array.from({ length: count }, (_, index) => {
    const name = String.fromCodePoint(65 + index);
    const host = name.toLowerCase();
    return {
      ...{ id: name, service: 'played', app: 'default', environment: '', version: '1.0.0', hostName: host },
      ...{ status: 'UP', metadata: {}, endpoints: [{ listener: 'played', host, port: index + 1, ssl: false }] },
    };
  });
}

class PlayedDiscovery extends CacheDiscovery {
  constructor(
    context: RegistryContext,
    private readonly instances: readonly Instance[],
  ) {
    super(context);
  }

  protected override fetch(): Promise<readonly Instance[]> {
    return Promise.resolve(this.instances);
  }
}

function tried(host: PluginHost): void {
  host.provideFrom(GovernanceEvents, (services) => new GovernanceEvents(services.logger));
  installCoalesce(host);
  installRetry(host);
  installTimeout(host);
}

/** The rooms, the instances and the wire to them. */
function playing(
  { contracts, answer, instances = 3, rooms = tried }: PlayOptions,
  calls: ReceivedCall[],
  clock: VirtualClock,
): Plugin {
  const schemas = contracts.map((contract) => readSchema(contract));
  const send = async (invocation: Invocation): Promise<Reply> => {
    const { endpoint } = invocation;
    const schema = schemas.find(({ id }) => id === invocation.operation.schema.id)!;
    const operation = schema.operations.find(({ name }) => name === invocation.operation.name)!;
    const args = receivedArguments(invocation, operation);
    const at = clock.elapsed();
    const instance = endpoint!.host.toUpperCase();
    const call = { instance, count: calls.length + 1, operation: operation.name, args, invocation, at };
    calls.push(call);
    const result = await answer(call);
    const reply = isReply(result) ? result : replyOf(result);
    return receivedReply(reply, { sent: operation, received: invocation.operation });
  };
  return {
    name: 'playing',
    install(host) {
      rooms(host);
      const none = (): void => undefined;
      host.clientTransport('played', () => ({
        protocol: 'played',
        send,
        release: none,
        close: () => Promise.resolve(),
      }));
      host.discovery('played', (context) => new PlayedDiscovery(context, instancesOf(instances)));
    },
  };
}

export async function play(options: PlayOptions): Promise<Played> {
  const { values, providers = [], plugins = [] } = options;
  const clock = new VirtualClock();
  const calls: ReceivedCall[] = [];
  let services: Services | undefined;
  const spy: Plugin = { name: 'spy', install: (host) => host.onStart('spy', (given) => void (services = given)) };
  const app = createApplication({
    ...{ name: 'caller', logger: silentLogger, signals: false, clock, providers },
    plugins: [playing(options, calls, clock), spy, ...plugins],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.registry.discovery.type': 'played',
        'servicecomb.registry.register': 'manual',
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
  await app.start();
  return new Played(app, clock, calls, services!);
}
