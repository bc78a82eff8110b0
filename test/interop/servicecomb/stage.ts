import { chassisPeers, until, type ChassisPeer } from '../../../scripts/servers/servers.mjs';
import type { LaneRegistry } from './registries.js';
import { startService, type TsService, type TsServiceOptions } from './service.js';

type GoRole = Parameters<typeof chassisPeers.start>[0];
type GoOptions = Parameters<typeof chassisPeers.start>[1];

/** One registry and the services of one case, ended together. */
export class Stage {
  readonly #running: { stop(): Promise<void> }[] = [];

  constructor(readonly registry: LaneRegistry) {}

  /** The same registry at another port, with services of its own; those that are still there are ended with this stage's. */
  through(port: number): Stage {
    const behind = new Stage({ ...this.registry, url: `http://127.0.0.1:${port}`, port });
    this.#running.unshift({ stop: () => behind.clear() });
    return behind;
  }

  /** A service of ours. */
  async ts(name: string, options: Partial<TsServiceOptions> = {}): Promise<TsService> {
    const service = await startService({ registry: this.registry.url, name, ...options });
    this.#running.unshift(service);
    return service;
  }

  /** A service of go-chassis. */
  async go(role: GoRole, options: Partial<GoOptions> = {}): Promise<ChassisPeer> {
    const service = await chassisPeers.start(role, { registry: this.registry.url, ...options });
    this.#running.unshift(service);
    return service;
  }

  /** Ends the services, those that call before those that are called. */
  async clear(): Promise<void> {
    for (const running of this.#running.splice(0)) await running.stop();
  }
}

/** A call of go-chassis's consumer; tried until the callee is in its cache, since a service that is asked for too early is looked for again only by the poll. */
export async function known(consumer: ChassisPeer, service: string, count = 1): Promise<void> {
  await until(`${service}, as go-chassis sees it`, async () => {
    await consumer.call({ service, path: '/who', times: 1 });
    return (await consumer.instances(service)).length >= count || undefined;
  });
}

/** Waits until one of ours sees as many instances of a service. */
export async function found(consumer: TsService, service: string, count = 1): Promise<void> {
  await until(`${service}, as TypeScript sees it`, async () => {
    return (await consumer.instances(service)).length >= count || undefined;
  });
}
