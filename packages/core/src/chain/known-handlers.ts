import type { Side } from './side.js';

const GOVERNANCE = '@ts-chassis/governance';
const AUTH = '@ts-chassis/auth';
const TRACING = '@ts-chassis/tracing';

/** Which package brings a handler that core knows by name only. */
const PACKAGES: ReadonlyMap<string, string> = new Map([
  ['tracing-provider', TRACING],
  ['tracing-consumer', TRACING],
  ['monitoring', '@ts-chassis/metrics'],
  ['express', '@ts-chassis/rest'],
  ['jwt', AUTH],
  ['basicAuth', AUTH],
  ['apiKey', AUTH],
  ['mtlsIdentity', AUTH],
  ['authentication', AUTH],
  ['authorisation', AUTH],
  ['credentials', AUTH],
  ['traffic-marker', GOVERNANCE],
  ['shedding', GOVERNANCE],
  ['rate-limiter', GOVERNANCE],
  ['ratelimiter-provider', GOVERNANCE],
  ['ratelimiter-consumer', GOVERNANCE],
  ['ratelimiter', GOVERNANCE],
  ['timeout', GOVERNANCE],
  ['try-timeout', GOVERNANCE],
  ['bulkhead', GOVERNANCE],
  ['bizkeeper-provider', GOVERNANCE],
  ['bizkeeper-consumer', GOVERNANCE],
  ['bizkeeper', GOVERNANCE],
  ['fault-inject', GOVERNANCE],
  ['fallback', GOVERNANCE],
  ['coalesce', GOVERNANCE],
  ['router', GOVERNANCE],
  ['retry', GOVERNANCE],
  ['hedge', GOVERNANCE],
]);

/** Handlers whose absence would leave a door open: they refuse the start where others only warn. */
const GUARDS: ReadonlySet<string> = new Set([
  ...['jwt', 'basicAuth', 'apiKey', 'mtlsIdentity'],
  ...['authentication', 'authorisation', 'credentials'],
]);

/** The package that brings a well-known handler; undefined for a name nobody knows. */
export function packageOf(name: string): string | undefined {
  return PACKAGES.get(name);
}

/** Whether a chain that names this handler must not run without it. */
export function isGuard(name: string): boolean {
  return GUARDS.has(name);
}

const ALIASES: ReadonlyMap<string, string> = new Map([['transport', 'send']]);

/** The name of ours for a name of go-chassis's. */
export function canonicalName(name: string): string {
  return ALIASES.get(name) ?? name;
}

const BRINGS: Readonly<Record<Side, ReadonlyMap<string, readonly string[]>>> = {
  consumer: new Map([
    ['loadbalance', ['retry']],
    ['bizkeeper-consumer', ['fallback', 'bulkhead']],
  ]),
  provider: new Map([['bizkeeper-provider', ['bulkhead']]]),
  method: new Map(),
};

/** Handlers that go-chassis has inside of another one, with that one: where a configured chain names it, they stand right before it. */
const INSIDE: Readonly<Record<Side, ReadonlyMap<string, string>>> = {
  consumer: new Map([
    ['retry', 'loadbalance'],
    ['hedge', 'loadbalance'],
    ['try-timeout', 'loadbalance'],
  ]),
  provider: new Map(),
  method: new Map(),
};

/** The handler that a configured chain has to name for this one to stand right before it; undefined for one that has a place of its own. */
export function partOf(side: Side, name: string): string | undefined {
  return INSIDE[side].get(name);
}

/** What go-chassis does inside one handler and we do in several: naming the one brings the others, where they are installed. */
export function broughtBy(side: Side, name: string): readonly string[] {
  return BRINGS[side].get(name) ?? [];
}
