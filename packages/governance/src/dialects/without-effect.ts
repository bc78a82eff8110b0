import { defineSection } from '@ts-chassis/core';
import { bothPrefixes } from './both-prefixes.js';

const ROOT = 'servicecomb.governance.withoutEffect';

/** What go-chassis reads into a structure and never looks at, or only its sidecar does. */
const KEYS = [
  'fallback.Consumer.maxConcurrentRequests',
  'fallback.Consumer.*.maxConcurrentRequests',
  'fallback.Provider.maxConcurrentRequests',
  'fallback.Provider.*.maxConcurrentRequests',
  'flowcontrol.*.Consumer.qps.limit',
  'flowcontrol.*.Provider.qps.limit',
];

/** Keys of go-chassis that are accepted for the sake of its files and have no effect, there and here; each is told once. */
export const WithoutEffectSection = defineSection<unknown>({
  key: ROOT,
  live: true,
  description: 'Keys of go-chassis without effect; not to be written.',
  schema: {
    type: 'object',
    'x-hidden': true,
    properties: { keys: { type: 'object', additionalProperties: true, 'x-unused': true } },
  },
  aliases: bothPrefixes(Object.fromEntries(KEYS.map((key) => [key, `${ROOT}.keys.${key}`]))),
});
