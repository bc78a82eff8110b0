import { createHash } from 'node:crypto';
import type { RedisCommands } from './commands.js';

/** A script of the server: sent whole once, then by its digest. */
export class Script {
  readonly #digest: string;

  constructor(private readonly text: string) {
    this.#digest = createHash('sha1').update(text).digest('hex');
  }

  /** One round trip, when the server knows the script. */
  async run(client: RedisCommands, key: string, given: readonly (string | number)[]): Promise<unknown> {
    const rest = ['1', key, ...given.map(String)];
    try {
      return await client.sendCommand(['EVALSHA', this.#digest, ...rest]);
    } catch (error) {
      if (!String((error as Error).message).startsWith('NOSCRIPT')) throw error;
      return client.sendCommand(['EVAL', this.text, ...rest]);
    }
  }
}

/**
 * A token bucket that is filled lazily, by the server's own time. Kept as "tokens burst time"; the tokens are below zero by as many as wait for their
 * turn. It expires when it is full again, which is as if it had never been.
 *
 * Given: rate a second (above zero), burst, longest wait in milliseconds. Answers whether the call may go on, and how long to wait.
 */
export const takeScript = new Script(`
local rate = tonumber(ARGV[1]) / 1000
local burst = tonumber(ARGV[2])
local longest = tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
local tokens = burst
local held = redis.call('GET', KEYS[1])
if held then
  local had, of, at = string.match(held, '^(%S+) (%S+) (%S+)$')
  tokens = tonumber(had)
  if tokens > 0 then tokens = tokens * burst / tonumber(of) end
  tokens = math.min(burst, tokens + math.max(0, now - tonumber(at)) * rate)
end
local wait = 0
if tokens < 1 - 1e-9 then wait = (1 - tokens) / rate end
if wait > longest then return { 0, string.format('%.3f', wait) } end
tokens = tokens - 1
local full = math.ceil((burst - tokens) / rate) + 1000
redis.call('SET', KEYS[1], string.format('%.17g %.17g %.17g', tokens, burst, now), 'PX', string.format('%.0f', math.min(full, 1e13)))
return { 1, string.format('%.3f', wait) }
`);

/**
 * A process tells that it lives. Given: its id, and after how many milliseconds of silence one counts as gone. Answers how many live.
 */
export const beatScript = new Script(`
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local silence = tonumber(ARGV[2])
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - silence)
redis.call('PEXPIRE', KEYS[1], silence)
return redis.call('ZCARD', KEYS[1])
`);
