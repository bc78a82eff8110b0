import type { ConnectionOptions } from 'node:tls';
import { ChassisError, defineSection, duration, type Plugin, type Services } from '@ts-chassis/core';
import { LimitStorePort } from '@ts-chassis/governance';
import type { RedisCommands } from './commands.js';
import { Connection } from './connection.js';
import { RedisLimitStore } from './redis-limit-store.js';

/**
 * What {@link redisLimits} takes; `servicecomb.limits.redis` in the configuration wins over the fields of the same name.
 *
 * @example
 * ```ts
 * const options: RedisLimitsOptions = { url: 'rediss://limits.example.org:6379', timeoutMs: 50 };
 * ```
 */
export interface RedisLimitsOptions {
  /** The name by which limits choose it. Default `redis`. */
  readonly name?: string;
  /** `redis://` or, over TLS, `rediss://`. Default `redis://127.0.0.1:6379`. */
  readonly url?: string;
  readonly username?: string;
  readonly password?: string;
  /** For `rediss://`; certificates are verified unless it says otherwise. */
  readonly tls?: ConnectionOptions;
  /** A client that is connected already, and is not closed here; in place of all the above. */
  readonly client?: RedisCommands;
  /** Before every key. Default `ts-chassis:limits:`. */
  readonly prefix?: string;
  /** How long a call waits for the server before this process decides by itself, in milliseconds. Default 100. */
  readonly timeoutMs?: number;
  /** How long the start waits for the connection, in milliseconds; it goes on without. Default 2000. */
  readonly connectTimeoutMs?: number;
}

interface Configured {
  readonly url?: string;
  readonly username?: string;
  readonly password?: string;
  readonly prefix?: string;
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
}

const RedisLimitsSection = defineSection<Configured>({
  key: 'servicecomb.limits.redis',
  live: false,
  description: 'The Redis-compatible server on which rate limits are shared.',
  schema: {
    type: 'object',
    properties: {
      url: { type: 'string', pattern: '^rediss?://', description: 'Its address; rediss:// speaks TLS.' },
      username: { type: 'string', description: 'As whom.' },
      password: { type: 'string', description: 'With which password.' },
      prefix: { type: 'string', description: 'Before every key. Default ts-chassis:limits:' },
      timeoutMs: { ...duration({ description: 'How long a call waits for it. Default 100 ms.' }), minimum: 1 },
      connectTimeoutMs: { ...duration({ description: 'How long the start waits for it. Default 2s.' }), minimum: 1 },
    },
  },
});

/** A store with its connection, opened at the start and closed at the stop. */
interface Opened {
  readonly store: RedisLimitStore;
  readonly connection?: Connection;
}

/**
 * A limit store on a Redis-compatible server: the processes that name it by `store: redis` share their limits. A call costs one round trip. When the server
 * is lost, each process keeps to its part, the limit divided by how many processes there were, until it answers again; both are logged once.
 *
 * @throws ChassisError `FAILED_PRECONDITION` for an address that is none of Redis
 *
 * @example
 * ```ts
 * const app = createApplication({ modules: [CatalogModule], plugins: [rest(), governance(), redisLimits({ url: 'redis://limits:6379' })] });
 * ```
 */
export function redisLimits(options: RedisLimitsOptions = {}): Plugin {
  const { name = 'redis', url } = options;
  if (url !== undefined && !/^rediss?:\/\//.test(url)) {
    // without what follows, which may hold a password
    const [scheme] = /^[^:/@]{0,20}/.exec(url)!;
    throw new ChassisError(
      'FAILED_PRECONDITION',
      `redisLimits: expected a url such as redis://host:6379, got ${scheme}:...`,
    );
  }
  return {
    name: `limit-${name}`,
    needs: ['governance'],
    install(host) {
      host.section(RedisLimitsSection);
      let opened: Opened | undefined;
      host.extend(LimitStorePort, name, (services) => (opened = make(services, options)).store);
      host.onStart(`limit store ${name}`, async (services) => {
        // made here when no limit asked for it before
        services.extensions(LimitStorePort);
        await opened?.connection?.open();
        await opened?.store.start();
      });
      host.onStop(`limit store ${name}`, async () => {
        await opened?.store.stop();
        opened?.connection?.close();
      });
    },
  };
}

function make(services: Services, options: RedisLimitsOptions): Opened {
  const { clock, logger, identity } = services;
  const chosen = { ...options, ...said(services.config.section(RedisLimitsSection)) };
  const { url = 'redis://127.0.0.1:6379', username, password, connectTimeoutMs = 2000 } = chosen;
  const { tls, client } = options;
  const connection = client
    ? undefined
    : new Connection({ url, username, password, tls, connectTimeoutMs, clock, logger });
  const store = new RedisLimitStore({
    ...{ clock, logger, client: client ?? connection! },
    prefix: chosen.prefix ?? 'ts-chassis:limits:',
    group: [identity.environment, identity.app, identity.service].map(encodeURIComponent).join('/'),
    timeoutMs: chosen.timeoutMs ?? 100,
    server: client ? 'a client of the application' : new URL(url).host,
  });
  return { store, ...(connection && { connection }) };
}

function said(configured: Configured): Configured {
  return Object.fromEntries(Object.entries(configured).filter(([, value]) => value !== undefined));
}
