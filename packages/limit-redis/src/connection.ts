import type { ConnectionOptions } from 'node:tls';
import type * as Redis from '@redis/client';
import type { Clock, Logger } from '@ts-chassis/core';
import type { RedisCommands } from './commands.js';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2000;
/** A connection on which nothing came for so long is dead, whatever the system says; beats come more often. */
const SILENCE_MS = 15_000;

/** How the server is reached. */
export interface Reach {
  readonly url: string;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly tls?: ConnectionOptions | undefined;
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A connection of our own, which comes back by itself when it is lost. While it is, commands fail at once. */
export class Connection implements RedisCommands {
  #client: Redis.RedisClientType | undefined;

  constructor(private readonly reach: Reach) {}

  /** Resolves when it is there, or was not within the time for it; it goes on trying then. */
  async open(): Promise<void> {
    const { clock, connectTimeoutMs } = this.reach;
    const client = this.#make();
    this.#client = client;
    await new Promise<void>((resolve) => {
      const late = clock.after(connectTimeoutMs, resolve);
      // an attempt that is never to be ends with `close`
      client
        .connect()
        .catch(() => {})
        .finally(() => {
          late();
          resolve();
        });
    });
  }

  sendCommand(command: readonly string[]): Promise<unknown> {
    const client = this.#client;
    return client ? client.sendCommand(command) : Promise.reject(new Error('the connection is not open'));
  }

  close(): void {
    this.#client?.destroy();
    this.#client = undefined;
  }

  #make(): Redis.RedisClientType {
    const { url, username, password, tls, connectTimeoutMs, logger } = this.reach;
    // loaded with the first connection
    const { createClient } = require('@redis/client') as typeof Redis;
    const socket = {
      connectTimeout: connectTimeoutMs,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries: number) => Math.min(FIRST_PAUSE_MS * 2 ** retries, LONGEST_PAUSE_MS),
    };
    const client = createClient({
      url,
      ...(username && { username }),
      ...(password && { password }),
      disableOfflineQueue: true,
      maintNotifications: 'disabled',
      socket: url.startsWith('rediss:') ? { ...tls, ...socket, tls: true } : socket,
    });
    // who asks is told too, and says it once
    client.on('error', (error: unknown) =>
      logger.debug('the connection to the server of rate limits failed', { error }),
    );
    return client as Redis.RedisClientType;
  }
}
