import { duration } from '@ts-chassis/core';
import { definePolicy } from './define-policy.js';
import { goChassisKeys } from './go-chassis-keys.js';
import { defineMarked } from './marked-policy.js';

/** What a timeout policy says. */
export interface TimeoutFields {
  readonly ms: number;
}

/** Time granted to calls, on all sides. */
export const TimeoutPolicy = definePolicy<TimeoutFields>({
  name: 'timeout',
  decorator: 'Timeout',
  description: 'Time granted to calls, all tries together.',
  fields: { ms: duration({ description: 'Time granted; 0, the default, for no limit of its own.' }) },
  defaults: { ms: 0 },
  handlers: { provider: 'timeout', consumer: 'timeout', method: 'timeout' },
  aliases: goChassisKeys('isolation', { timeoutInMilliseconds: 'ms' }),
});

/** Timeouts by mark: `servicecomb.timeLimiter.{name}`. */
export const MarkedTimeout = defineMarked<TimeoutFields>(TimeoutPolicy, {
  key: 'servicecomb.timeLimiter',
  rename: { timeoutDuration: 'ms', cancelRunningFuture: '' },
});
