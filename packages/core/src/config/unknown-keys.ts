import { nearestName } from '../errors/nearest-name.js';
import { declaredKeys } from './fit/declared-keys.js';
import { joinKey, matchHead } from './keys.js';
import { placeOf, type Leaves } from './leaves.js';
import type { SectionIndex } from './section-index.js';
import type { Steps } from './steps.js';

/** Roots that belong to the framework: whatever stands below them is either declared or a mistake. */
const ROOTS = ['servicecomb', 'cse', 'ssl', 'tracing', 'region', 'control'];
/** A variable called `SSL_CERT_FILE` or `REGION_NAME` was most likely not meant for us. */
const VARIABLE_ROOTS = ['servicecomb', 'cse'];

/** What go-chassis knows and a plug-in or a later package reads. */
const READ_ELSEWHERE: Readonly<Record<string, string>> = {
  'cse.loadbalance': '@ts-chassis/governance',
  'cse.isolation': '@ts-chassis/governance',
  'cse.circuitBreaker': '@ts-chassis/governance',
  'cse.fallback': '@ts-chassis/governance',
  'cse.fallbackpolicy': '@ts-chassis/governance',
  'cse.flowcontrol': '@ts-chassis/governance',
  'cse.governance': '@ts-chassis/governance',
  'servicecomb.isolation': '@ts-chassis/governance',
  'servicecomb.fallback': '@ts-chassis/governance',
  'servicecomb.fallbackpolicy': '@ts-chassis/governance',
  'servicecomb.flowcontrol': '@ts-chassis/governance',
  'servicecomb.governance': '@ts-chassis/governance',
  'servicecomb.quota': '@ts-chassis/governance',
  'servicecomb.timeLimiter': '@ts-chassis/governance',
  'servicecomb.match': '@ts-chassis/governance',
  'servicecomb.matchGroup': '@ts-chassis/governance',
  'servicecomb.rateLimiting': '@ts-chassis/governance',
  'servicecomb.retry': '@ts-chassis/governance',
  'servicecomb.bulkhead': '@ts-chassis/governance',
  'servicecomb.circuitBreaker': '@ts-chassis/governance',
  'servicecomb.instanceIsolation': '@ts-chassis/governance',
  'servicecomb.faultInjection': '@ts-chassis/governance',
  'servicecomb.loadbalance': '@ts-chassis/governance',
  'servicecomb.routeRule': '@ts-chassis/governance',
  'servicecomb.router': '@ts-chassis/governance',
  'servicecomb.darklaunch': '@ts-chassis/governance',
  'servicecomb.authentication': '@ts-chassis/auth',
  'servicecomb.authorisation': '@ts-chassis/auth',
  'servicecomb.credentials': '@ts-chassis/servicecomb',
  'servicecomb.protocols.*.cors': '@ts-chassis/rest',
  'servicecomb.metrics': '@ts-chassis/metrics',
  control: '@ts-chassis/governance',
  tracing: '@ts-chassis/tracing',
};

/**
 * What to say about keys that nothing reads: of those nobody declares the nearest declared name. A program's own keys below no declared section are its own
 * affair.
 *
 * @param caseless - the keys are variables
 */
export function* findingUnknown(leaves: Leaves, index: SectionIndex, caseless: boolean): Steps<readonly string[]> {
  const lines = new Set<string>();
  for (const [key, leaf] of leaves) {
    yield;
    if (index.isUnused(key)) lines.add(`${placeOf(leaf)}: ${leaf.key} is accepted and has no effect`);
    if (!isOurs(key, index, caseless) || (index.declares(key) && !index.isStray(key, leaf.value))) continue;
    const steps = key.split('.');
    const elsewhere = Object.keys(READ_ELSEWHERE).find((prefix) => matchHead(prefix.split('.'), steps));
    if (elsewhere !== undefined && !index.reads(elsewhere)) {
      lines.add(`${elsewhere} is configured, but read by ${READ_ELSEWHERE[elsewhere]} only, which is not listed`);
      continue;
    }
    const nearest = nearestKey(key, index);
    lines.add(`${placeOf(leaf)}: unknown key ${key}${nearest === undefined ? '' : `; did you mean ${nearest}?`}`);
  }
  return [...lines];
}

function isOurs(key: string, index: SectionIndex, caseless: boolean): boolean {
  if (!key.includes('.')) return false;
  const root = key.slice(0, key.indexOf('.'));
  // a variable stands there under its own name, too
  if (caseless)
    return VARIABLE_ROOTS.includes(root.toLowerCase()) && index.targets(key.replaceAll('.', '_')).length === 0;
  return ROOTS.includes(root) || index.locate(key) !== undefined;
}

/** The declared key that differs in one step only, and there the least. */
function nearestKey(key: string, index: SectionIndex): string | undefined {
  const steps = key.split('.');
  const candidates = new Map<string, string>();
  for (const declared of allKeys(index)) {
    const known = declared.split('.');
    if (known.length !== steps.length) continue;
    const filled = known.map((step, at) => (step === '*' ? steps[at]! : step));
    const [odd, ...others] = filled.flatMap((step, at) =>
      step.toLowerCase() === steps[at]!.toLowerCase() ? [] : [at],
    );
    if (others.length > 0) continue;
    const whole = filled.join('.');
    // The same but for case: nothing is nearer.
    if (odd === undefined) return whole;
    if (nearestName(steps[odd]!, [filled[odd]!]) !== undefined) candidates.set(whole, whole);
  }
  return nearestName(key, candidates.keys());
}

function allKeys(index: SectionIndex): string[] {
  return [...index.sections].flatMap((section) => [
    ...declaredKeys(section.schema).map((key) => joinKey(section.key, key)),
    ...Object.keys(section.aliases ?? {}),
  ]);
}
