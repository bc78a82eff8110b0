import { operation, Planning } from '../chain/planning.fixture.js';
import type { Endpoint } from '../endpoint/endpoint.js';
import type { Instance } from '../endpoint/instance.js';
import type { Invocation } from '../invocation/invocation.js';
import { replyOf, type Reply } from '../invocation/reply.js';
import type { Discovery, InstanceChange } from '../registry/ports.js';
import type { ClientTransport } from '../transport/client-transport.js';
import type { LocalOperations } from '../transport/local-operations.js';
import { Consumer } from './consumer.js';
import type { ConsumerSettings } from './consumer-section.js';
import { IN_PROCESS, InProcessTransport } from './in-process.js';
import { RoundRobin } from './round-robin.js';
import { Suspects } from './suspects.js';

/** Answers what it is told to, and keeps what was sent. */
export class FakeTransport implements ClientTransport {
  readonly sent: Invocation[] = [];
  answer: (invocation: Invocation) => unknown = () => 'answered';

  constructor(readonly protocol = 'rest') {}

  async send(invocation: Invocation): Promise<Reply> {
    this.sent.push(invocation);
    return replyOf(await this.answer(invocation));
  }

  release(): void {}

  async close(): Promise<void> {}
}

export function endpointAt(port: number, listener = 'rest'): Endpoint {
  return { listener, host: '127.0.0.1', port, ssl: false };
}

export function instance(id: string, more: Partial<Instance> = {}): Instance {
  return {
    ...{ id, environment: '', app: 'default', service: 'catalog', version: '1.0.0', hostName: 'here', status: 'UP' },
    ...{ endpoints: [endpointAt(Number(id.replaceAll(/\D/g, '')) || 1)], metadata: {} },
    ...more,
  };
}

/** A registry held in the hand. */
export class FakeDiscovery implements Discovery {
  /** What is in the cache; undefined before anyone asked. */
  known: readonly Instance[] | undefined;
  /** What the registry has. */
  listed: readonly Instance[] = [];
  readonly suspected: string[] = [];
  isAlive: (instance: Instance) => Promise<boolean> = () => Promise.resolve(false);

  peek(): readonly Instance[] | undefined {
    return this.known;
  }

  async find(): Promise<readonly Instance[]> {
    await Promise.resolve();
    return (this.known = this.listed);
  }

  watch(): () => void {
    return () => undefined;
  }

  watchAll(_listener: (change: InstanceChange) => void): () => void {
    return () => undefined;
  }

  suspect(suspected: Instance): Promise<boolean> {
    this.suspected.push(suspected.id);
    return this.isAlive(suspected);
  }

  async close(): Promise<void> {}
}

interface CallingOptions {
  readonly settings?: Partial<ConsumerSettings>;
  readonly local?: LocalOperations;
  readonly transports?: readonly ClientTransport[];
  readonly values?: Readonly<Record<string, unknown>>;
  readonly service?: string;
}

/** A consumer over a registry and transports held in the hand. */
export class Calling {
  readonly planning: Planning;
  readonly discovery = new FakeDiscovery();
  readonly rest = new FakeTransport();
  readonly suspects: Suspects;
  readonly consumer: Consumer;
  readonly target = { service: 'catalog', operation: operation() };

  constructor({
    settings,
    local = { find: () => undefined },
    transports,
    values,
    service = 'orders',
  }: CallingOptions = {}) {
    this.planning = new Planning({ ...(values && { values }) });
    const { clock } = this.planning;
    this.discovery.listed = this.discovery.known = [instance('i1')];
    this.suspects = new Suspects(this.discovery, clock);
    const query = (name: string) => ({ environment: '', app: 'default', service: name });
    const balancer = new RoundRobin({ discovery: this.discovery, suspects: this.suspects, query });
    this.planning.add('loadbalance', { side: 'consumer', handler: balancer });
    this.consumer = new Consumer({
      ...{ planner: this.planning.planner, clock, service, local },
      settings: {
        value: { ...{ timeoutMs: 1000, forwardHeaders: [], inProcess: [], services: {} }, ...settings },
        onChange: () => () => undefined,
      },
      transports: new Map([
        ...(transports ?? [this.rest]).map((each) => [each.protocol, each] as const),
        [IN_PROCESS, new InProcessTransport(local)],
      ]),
    });
  }
}
