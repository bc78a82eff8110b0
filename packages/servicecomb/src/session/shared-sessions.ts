import { tlsOptionsFor, type Disposer, type RegistryContext } from '@ts-chassis/core';
import type { ServiceCenter } from '../service-center/service-center.js';
import type { Session } from '../service-center/session.js';
import { OwnSession } from './own-session.js';

/** Connects to the service-center of a context's addresses, by the TLS of a tag. */
export type Connect = (context: RegistryContext, tlsTag: string) => ServiceCenter;

interface Shared {
  readonly session: OwnSession;
  roles: number;
}

/** The sessions of one application: roles with the same addresses and the same TLS have one. */
export class SharedSessions {
  readonly #sessions = new Map<string, Shared>();

  constructor(private readonly connect: Connect) {}

  /**
   * The session of one role.
   *
   * @param tlsTag - `registrator.Consumer`, `serviceDiscovery.Consumer` or `contractDiscovery.Consumer`
   * @throws ChassisError `CONFIG_INVALID` for a service whose names service-center does not take
   */
  take(context: RegistryContext, tlsTag: string): Session {
    const key = keyOf(context, tlsTag);
    let shared = this.#sessions.get(key);
    if (!shared) {
      const { config, identity, logger } = context;
      const connect = (): ServiceCenter => this.connect(context, tlsTag);
      const session = new OwnSession({ config, identity, logger, schemas: () => context.schemas(), connect });
      shared = { session, roles: 0 };
      this.#sessions.set(key, shared);
    }
    shared.roles += 1;
    return new RoleSession(shared, () => this.#sessions.delete(key));
  }
}

/** A role's part in a session that it shares. */
class RoleSession implements Session {
  #closed: Promise<void> | undefined;

  constructor(
    private readonly shared: Shared,
    private readonly onLast: () => void,
  ) {}

  get center(): ServiceCenter {
    return this.shared.session.center;
  }

  serviceId(): Promise<string> {
    return this.shared.session.serviceId();
  }

  forget(serviceId: string): void {
    this.shared.session.forget(serviceId);
  }

  onRemade(run: (serviceId: string) => Promise<void>): Disposer {
    return this.shared.session.onRemade(run);
  }

  restored(): Promise<void> {
    return this.shared.session.restored();
  }

  addSchemas(ids: () => Promise<readonly string[]>): void {
    this.shared.session.addSchemas(ids);
  }

  close(): Promise<void> {
    this.#closed ??= this.#leave();
    return this.#closed;
  }

  async #leave(): Promise<void> {
    this.shared.roles -= 1;
    if (this.shared.roles > 0) return;
    this.onLast();
    await this.shared.session.close();
  }
}

function keyOf({ addresses, config }: RegistryContext, tlsTag: string): string {
  const speaksTls = addresses.some((address) => /^https:/i.test(address));
  const tls = speaksTls ? { ...tlsOptionsFor(config, tlsTag), tag: '' } : undefined;
  return JSON.stringify([addresses, tls]);
}
