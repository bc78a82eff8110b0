/** An application of its own for each link under measurement: what it composed is entered right before the link and left right after it. */
import {
  createApplication,
  Injectable,
  Module,
  Remote,
  replyOf,
  type Client,
  type Invocation,
  type Next,
  type Plugin,
  type Reply,
} from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { rest } from '@ts-chassis/rest';
import { Users } from '../shop.js';

export interface Scenario {
  /** The link of the consumer chain that is measured. */
  readonly link: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** How many instances the called service has; default 10. */
  readonly instances?: number;
  /** What is called, in place of the plain contract. */
  readonly contract?: typeof Users;
  /** Headers of the call. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The composed link with nothing behind it, and a call that the application made. */
export interface Probed {
  readonly next: Next;
  readonly invocation: Invocation;
}

/** The type of the module, and of whom to ask it for. */
function callerOf(contract: typeof Users) {
  @Injectable()
  class Caller {
    constructor(@Remote(contract, { service: 'users' }) readonly users: Client<Users>) {}
  }

  @Module({ providers: [Caller] })
  class CallerModule {}

  return { Caller, CallerModule };
}

/** What stands behind the link under measurement: no wire, no other link. */
async function answered(): Promise<Reply> {
  return replyOf({ id: 42, limit: 10, name: 'user 42', active: true });
}

/** Stands on both sides of the link: keeps what comes next before it, and ends the chain behind it. */
class Probe {
  #next: Next | undefined;
  #invocation: Invocation | undefined;

  plugin({ link, headers = {} }: Scenario): Plugin {
    return {
      name: 'probe',
      install: (host) => {
        const everywhere = { side: 'consumer', everywhere: true } as const;
        host.handler({
          name: 'enter',
          ...everywhere,
          before: link,
          make: () => ({ plan: (_, next) => this.#enter(next, headers) }),
        });
        host.handler({ name: 'leave', ...everywhere, after: link, make: () => ({ plan: () => answered }) });
      },
    };
  }

  get probed(): Probed {
    if (!this.#next || !this.#invocation) throw new Error('the call did not come to the probe');
    return { next: this.#next, invocation: this.#invocation };
  }

  #enter(next: Next, headers: Readonly<Record<string, string>>): Next {
    this.#next = next;
    return (invocation) => {
      for (const [name, value] of Object.entries(headers)) invocation.setHeader(name, value);
      this.#invocation = invocation;
      return next(invocation);
    };
  }
}

function addresses(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `rest://10.0.${index >> 8}.${index & 255}:8080`);
}

export async function probe(scenario: Scenario): Promise<Probed> {
  const probe = new Probe();
  const { Caller, CallerModule } = callerOf(scenario.contract ?? Users);
  const app = createApplication({
    name: 'caller',
    modules: [CallerModule],
    plugins: [rest(), governance(), probe.plugin(scenario)],
    ambient: false,
    configuration: {
      directory: false,
      values: {
        'servicecomb.registry.type': 'static',
        'servicecomb.registry.static.users': addresses(scenario.instances ?? 10),
        'servicecomb.log.level': 'warn',
        ...scenario.values,
      },
    },
  });
  await app.start();
  await app.get(Caller).users.find(42, 10);
  return probe.probed;
}

/** Whether a call is refused: shows that the configuration reached the link. */
export async function refuses(scenario: Scenario): Promise<boolean> {
  try {
    await probe(scenario);
    return false;
  } catch {
    return true;
  }
}
