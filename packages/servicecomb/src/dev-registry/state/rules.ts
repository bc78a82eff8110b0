import { invalid } from '../registry-failure.js';

/** What a text may look like; lengths count characters. */
export interface Rule {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  /** How service-center shows the rule; default its parts. */
  readonly shown?: string;
}

const NAME = /^[a-zA-Z0-9]*$|^[a-zA-Z0-9][a-zA-Z0-9_\-.]*[a-zA-Z0-9]$/;
const NAME_TO_FIND = /^[a-zA-Z0-9]*$|^[a-zA-Z0-9][a-zA-Z0-9_\-.:]*[a-zA-Z0-9]$/;
const VERSION = /^\d+(\.\d+){0,3}$/;
const VERSION_FORM = 'the form x[.y[.z]] where x y and z are 0-32767 range';
const SCHEMA_ID = /^[a-zA-Z0-9]+$|^[a-zA-Z0-9][a-zA-Z0-9_\-.]*[a-zA-Z0-9]$/;
const SIMPLE = /^[A-Za-z0-9_.-]+$/;
const TAG = /^[a-zA-Z][a-zA-Z0-9_\-.]{0,63}$/;

/** The rules of service-center for what it is told. */
export const RULES = {
  appId: { max: 160, pattern: NAME },
  serviceName: { min: 1, max: 128, pattern: NAME },
  serviceNameToFind: { min: 1, max: 289, pattern: NAME_TO_FIND },
  version: { min: 1, max: 64, pattern: VERSION, shown: `Max: 64, Regexp: ${VERSION_FORM}` },
  versionToFind: { max: 129 },
  environment: {
    pattern: /^(development|testing|acceptance|production)?$/,
    shown: 'Regexp: ^(development|testing|acceptance|production)*$',
  },
  serviceId: { min: 1, max: 64, pattern: /^\S*$/ },
  description: { max: 256 },
  level: { pattern: /^(FRONT|MIDDLE|BACK)$/ },
  serviceStatus: { pattern: /^(UP|DOWN)?$/ },
  alias: { max: 128, pattern: /^[a-zA-Z0-9_\-.:]*$/ },
  registerBy: { max: 64, pattern: /^(SDK|SIDECAR|PLATFORM)*$/ },
  frameworkName: { max: 64, pattern: NAME },
  frameworkVersion: { max: 64 },
  schemaId: { min: 1, max: 160, pattern: SCHEMA_ID },
  schemaIds: {
    max: 160,
    pattern: SCHEMA_ID,
    shown: String.raw`Max: 100, Regexp: ^[a-zA-Z0-9]{1,160}$|^[a-zA-Z0-9][a-zA-Z0-9_\-.]{0,158}[a-zA-Z0-9]$`,
  },
  summary: { max: 128, pattern: /^[a-zA-Z0-9]*$/ },
  instanceId: { max: 64, pattern: /^[A-Za-z0-9_.-]*$/ },
  endpoint: { max: 2048, pattern: /\S+/, shown: String.raw`Regexp: \S+` },
  hostName: { min: 1, max: 64, pattern: /\S+/ },
  instanceStatus: { pattern: /^(UP|DOWN|STARTING|TESTING|OUTOFSERVICE)?$/ },
  newStatus: { pattern: /^(UP|DOWN|STARTING|TESTING|OUTOFSERVICE)$/ },
  healthCheckMode: { pattern: /^(push|pull)$/ },
  healthCheckUrl: { max: 2048, pattern: /^\S*$/ },
  dataCenter: { min: 1, max: 128, pattern: SIMPLE },
  tag: { pattern: TAG },
  tenant: { min: 1, max: 160, pattern: SIMPLE },
} as const satisfies Readonly<Record<string, Rule>>;

/**
 * A text that keeps a rule.
 *
 * @param field - as the answer names it, such as `MicroService.ServiceName`
 * @throws RegistryFailure when it does not
 */
export function checked(value: string, field: string, rule: Rule): string {
  if (keeps(value, rule)) return value;
  const shown = value.length > 200 ? `${value.slice(0, 200)}...` : value;
  throw invalid(`field '${field}' invalid value '${shown}' does not match rule: ${describe(rule)}`);
}

/** As {@link checked}; an empty text is let pass. */
export function checkedIfGiven(value: string, field: string, rule: Rule): string {
  return value === '' ? value : checked(value, field, rule);
}

function keeps(value: string, { min = 0, max = Infinity, pattern }: Rule): boolean {
  if (value.length < min || value.length > max) return false;
  return !pattern || pattern.test(value);
}

function describe({ min, max, pattern, shown }: Rule): string {
  if (shown) return `{${shown}}`;
  const parts = [min && `Min: ${min}`, max && `Max: ${max}`, pattern && `Regexp: ${pattern.source}`];
  return `{${parts.filter(Boolean).join(', ')}}`;
}
