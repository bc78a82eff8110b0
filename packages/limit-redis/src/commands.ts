/**
 * What is needed of a client of Redis: it sends a command and gives back the answer. The clients of the packages `redis` and `@redis/client` have it.
 *
 * @example
 * ```ts
 * import Redis from 'ioredis';
 * const redis = new Redis();
 * const commands: RedisCommands = { sendCommand: ([name, ...rest]) => redis.call(name!, ...rest) };
 * ```
 */
export interface RedisCommands {
  sendCommand(command: readonly string[]): Promise<unknown>;
}
