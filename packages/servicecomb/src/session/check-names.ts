import { coreError } from '@ts-chassis/core';

/** What service-center takes as a value; the registry refuses anything else with 400001. */
export interface NameRule {
  readonly pattern: RegExp;
  readonly least?: number;
  readonly most: number;
  /** The pattern in words. */
  readonly says: string;
}

const NAME = /^[a-zA-Z0-9](?:[a-zA-Z0-9_\-.]*[a-zA-Z0-9])?$/;
const NAME_SAYS = 'letters, digits and, between them, "_", "-" and "."';
const anything = (most: number): NameRule => ({ pattern: /^/, most, says: '' });

/** The rules of service-center's interface v4, by what they are for. */
export const RULES = {
  app: { pattern: NAME, most: 160, says: NAME_SAYS },
  service: { pattern: NAME, most: 128, says: NAME_SAYS },
  version: { pattern: /^\d{1,5}(?:\.\d{1,5}){0,3}$/, most: 64, says: 'one to four numbers with dots between' },
  environment: {
    pattern: /^(?:development|testing|acceptance|production)?$/,
    least: 0,
    most: 128,
    says: 'development, testing, acceptance, production or nothing',
  },
  alias: { pattern: /^[a-zA-Z0-9_\-.:]*$/, most: 128, says: 'letters, digits, "_", "-", "." and ":"' },
  schema: { pattern: NAME, most: 160, says: NAME_SAYS },
  instance: { pattern: /^[A-Za-z0-9_.-]*$/, most: 64, says: 'letters, digits, "_", "." and "-"' },
  dataCenter: anything(128),
} as const satisfies Readonly<Record<string, NameRule>>;

/** Whether service-center takes a value. */
export function obeys(value: string, { pattern, least = 1, most }: NameRule): boolean {
  const length = [...value].length;
  return length >= least && length <= most && pattern.test(value);
}

/**
 * Refuses, before anything is sent, what service-center would refuse.
 *
 * @param key - where the value comes from: a key of the configuration, or what else names it
 * @throws ChassisError `CONFIG_INVALID`, naming key, rule and value
 */
export function checkName(key: string, value: string, rule: NameRule): void {
  if (obeys(value, rule)) return;
  const { least = 1, most, says } = rule;
  const expected = [...(says ? [says] : []), `${least} to ${most} characters`].join(', ');
  const got = JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}...` : value);
  throw coreError('CONFIG_INVALID', `${key}: service-center takes ${expected}; got ${got}`);
}
