import type { Side } from './side.js';

/** Which package brings a handler that core knows by name only. */
const PACKAGES: Readonly<Record<string, string>> = {
  'access-log': '@ts-chassis/core',
  'tracing-provider': '@ts-chassis/tracing',
  'tracing-consumer': '@ts-chassis/tracing',
  monitoring: '@ts-chassis/metrics',
  express: '@ts-chassis/rest',
  jwt: '@ts-chassis/auth',
  basicAuth: '@ts-chassis/auth',
  authentication: '@ts-chassis/auth',
  authorisation: '@ts-chassis/auth',
  credentials: '@ts-chassis/auth',
};

/** Handlers whose absence would leave a door open: they refuse the start where others only warn. */
const GUARDS: ReadonlySet<string> = new Set(['jwt', 'basicAuth', 'authentication', 'authorisation', 'credentials']);

const GOVERNANCE: ReadonlySet<string> = new Set([
  'traffic-marker',
  'shedding',
  'rate-limiter',
  'ratelimiter-provider',
  'ratelimiter-consumer',
  'timeout',
  'try-timeout',
  'bulkhead',
  'bizkeeper-provider',
  'bizkeeper-consumer',
  'bizkeeper',
  'fault-inject',
  'fallback',
  'coalesce',
  'router',
  'retry',
  'hedge',
]);

/** The package that brings a well-known handler; undefined for a name nobody knows. */
export function packageOf(name: string): string | undefined {
  return GOVERNANCE.has(name) ? '@ts-chassis/governance' : PACKAGES[name];
}

/** Whether a chain that names this handler must not run without it. */
export function isGuard(name: string): boolean {
  return GUARDS.has(name);
}

const ALIASES: Readonly<Record<string, string>> = { transport: 'send' };

/** The name of ours for a name of go-chassis's. */
export function canonicalName(name: string): string {
  return ALIASES[name] ?? name;
}

const BRINGS: Readonly<Record<Side, Readonly<Record<string, readonly string[]>>>> = {
  consumer: { loadbalance: ['retry'], 'bizkeeper-consumer': ['fallback', 'bulkhead'] },
  provider: { 'bizkeeper-provider': ['bulkhead'] },
  method: {},
};

/** What go-chassis does inside one handler and we do in several: naming the one brings the others, where they are installed. */
export function broughtBy(side: Side, name: string): readonly string[] {
  return BRINGS[side][name] ?? [];
}
