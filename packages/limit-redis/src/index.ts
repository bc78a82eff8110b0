export type { RedisCommands } from './commands.js';
export { redisLimits, type RedisLimitsOptions } from './redis-limits.js';
