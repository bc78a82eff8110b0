/** What governance reads of the configuration, in canonical spelling: a change below one of these is a reload. */
const GOVERNED = [
  'governance',
  'match',
  'matchGroup',
  'routeRule',
  'darklaunch',
  'router',
  'rateLimiting',
  'retry',
  'circuitBreaker',
  'bulkhead',
  'timeLimiter',
  'faultInjection',
  'loadbalance',
  'instanceIsolation',
];

const PREFIXES: ReadonlySet<string> = new Set(GOVERNED);

/** Whether governance reads a key of the configuration. */
export function isGoverned(key: string): boolean {
  const [root, name = ''] = key.split('.', 2);
  return root === 'servicecomb' && PREFIXES.has(name);
}
