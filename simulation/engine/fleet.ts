import type { Endpoint, Instance } from '@ts-chassis/core';
import { Server, type ServerOptions } from './server.js';
import type { Simulation } from './simulation.js';

export const SERVICE = 'target';
export const LISTENER = 'rest';

/** What one server is made of, by its number. */
export type ServerPlan = (id: number) => ServerOptions & {
  readonly version?: string;
  readonly metadata?: Readonly<Record<string, string>>;
};

/** One server and how the registry shows it. */
export interface Member {
  readonly server: Server;
  readonly instance: Instance;
}

/** The servers of a service, those that have gone included: somebody may still call them. */
export class Fleet {
  readonly members: Member[] = [];
  readonly #byHost = new Map<string, Server>();

  constructor(
    private readonly simulation: Simulation,
    private readonly plan: ServerPlan,
  ) {}

  static of(simulation: Simulation, count: number, plan: ServerPlan): Fleet {
    const fleet = new Fleet(simulation, plan);
    for (let id = 0; id < count; id++) fleet.start();
    return fleet;
  }

  get servers(): readonly Server[] {
    return this.members.map(({ server }) => server);
  }

  get instances(): readonly Instance[] {
    return this.members.map(({ instance }) => instance);
  }

  /** One more. */
  start(): Member {
    const id = this.members.length;
    const { version = '1.0.0', metadata = {}, ...options } = this.plan(id);
    const server = new Server(id, this.simulation, options);
    const host = `server-${id}`;
    const zone = zoneName(server.zone);
    const member: Member = {
      server,
      instance: {
        ...{ environment: '', app: 'default', service: SERVICE, version, metadata },
        ...{ id: `instance-${id}`, hostName: host, status: 'UP' },
        endpoints: [{ listener: LISTENER, host, port: 80, ssl: false }],
        dataCenter: { name: REGION, region: REGION, availableZone: zone },
      },
    };
    this.#byHost.set(host, server);
    this.members.push(member);
    return member;
  }

  serverAt({ host }: Endpoint): Server {
    return this.#byHost.get(host)!;
  }

  serverOf({ id }: Instance): Server {
    return this.#byHost.get(id.replace('instance', 'server'))!;
  }
}

export const REGION = 'here';
export const zoneName = (zone: number): string => `zone-${zone}`;
