import type { Invocation, Reply } from '@ts-chassis/core';

/**
 * What answers at an address of a {@link MemoryNetwork}.
 *
 * @example
 * ```ts
 * network.put('catalog:1', async () => replyOf('book'));
 * ```
 */
export type MemoryServer = (invocation: Invocation) => Promise<Reply>;

/**
 * The wires between applications of one test: addresses and who answers there, without sockets, so that virtual time holds.
 *
 * @example
 * ```ts
 * const network = new MemoryNetwork();
 * createApplication({ plugins: [memory(network)] });
 * ```
 */
export class MemoryNetwork {
  readonly #servers = new Map<string, MemoryServer>();
  #lastPort = 0;

  /** A port nobody had before. */
  freePort(): number {
    return ++this.#lastPort;
  }

  /** Whether somebody answers there. */
  has(address: string): boolean {
    return this.#servers.has(address);
  }

  /** Puts a server at an address; the other calls to it are refused from the moment it is removed. */
  put(address: string, server: MemoryServer): void {
    this.#servers.set(address, server);
  }

  remove(address: string): void {
    this.#servers.delete(address);
  }

  /** Who answers at an address; undefined when the connection is refused. */
  find(address: string): MemoryServer | undefined {
    return this.#servers.get(address);
  }
}
