import { authorityOf, coreError, type ClientTransport, type Invocation, type Reply } from '@ts-chassis/core';
import type { MemoryNetwork } from './memory-network.js';

/** The client side of the in-memory protocol. */
export class MemoryClientTransport implements ClientTransport {
  readonly protocol = 'memory';

  constructor(private readonly network: MemoryNetwork) {}

  async send(invocation: Invocation): Promise<Reply> {
    const { endpoint, operation } = invocation;
    const address = endpoint ? authorityOf(endpoint) : 'nowhere';
    const server = this.network.find(address);
    if (!server) {
      const cause = Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' });
      throw coreError('CALL_FAILED', `${operation.id}: connection to ${address} refused`, { cause });
    }
    return server(invocation);
  }

  release(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}
