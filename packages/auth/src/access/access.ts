import type { PlanContext, Resolved } from '@ts-chassis/core';
import { authError } from '../codes.js';
import type { Authorizer } from './authorizer.js';
import { AuthenticationPolicy, AuthorisationPolicy, type AuthenticationFields } from './policies.js';

/** `open`: credentials are not looked at; `optional`: who brings none is let in, unnamed. */
export type Mode = 'open' | 'optional' | 'required';

/** What holds for an operation, decorators and configuration taken together. */
export interface Access {
  readonly mode: Mode;
  /** None for all that are set up. */
  readonly schemes: readonly string[];
  readonly roles: readonly string[];
  readonly authorize: Authorizer | undefined;
}

/** From the narrowest; what is said at a narrower level wins. */
const LEVELS = [
  'operation configuration',
  'method decorator',
  'schema configuration',
  'class decorator',
  'service configuration',
  'global configuration',
];

/** What is said for all operations of a service begins here. */
const WIDE = LEVELS.indexOf('service configuration');

/** A probe that needs credentials would have its service restarted: what is said for all does not mean it. Only core has a schema of this id without a class. */
function isProbe({ operation: { schema } }: PlanContext): boolean {
  return schema.id === 'chassis.health' && schema.type === undefined;
}

/**
 * What holds for an operation. Roles and functions ask for a proved caller; `required: false` (`@Public`) takes back what wider levels ask for, and
 * narrower ones take that back again.
 *
 * @param fallback - what holds where nobody says anything
 * @throws ChassisError `AUTH_INVALID` for an operation that is public and asks for a role at the same level
 */
export function accessOf(context: PlanContext, fallback: Mode): Access {
  const authentication = context.policy(AuthenticationPolicy);
  const authorisation = context.policy(AuthorisationPolicy);
  const heard = isProbe(context) ? WIDE : Infinity;
  const levelOf = (origin: string | undefined): number => levelBelow(heard, origin);
  const required = said(authentication, 'required', levelOf);
  const optional = said(authentication, 'optional', levelOf);
  const schemes = authentication?.value.schemes ?? [];
  const opened = required.value === false ? required.level : Infinity;
  const isKept = (field: 'roles' | 'authorize', asks: boolean): boolean => {
    if (!asks) return false;
    const level = levelOf(authorisation?.origins[field]);
    if (level === Infinity) return false;
    if (level === opened) throw contradiction(context, LEVELS[level]!);
    return level < opened;
  };
  const { roles = [], authorize } = authorisation?.value ?? {};
  const neededRoles = isKept('roles', roles.length > 0) ? roles : [];
  const authorizer = authorize && isKept('authorize', true) ? authorize : undefined;
  const access = { schemes, roles: neededRoles, authorize: authorizer };
  if (neededRoles.length > 0 || authorizer) return { ...access, mode: 'required' };
  // roles are a caller's: an empty list in place of some says that any caller will do, not that nobody is asked
  const isAsked = levelOf(authorisation?.origins.roles) < opened;
  if (required.value === false && !isAsked) return { ...access, mode: 'open' };
  const isOptional = optional.value === true && optional.level <= required.level;
  if (isOptional) return { ...access, mode: 'optional' };
  if (required.value === true || isAsked) return { ...access, mode: 'required' };
  return { ...access, mode: isProbe(context) ? 'open' : fallback };
}

interface Said {
  readonly value: boolean | undefined;
  readonly level: number;
}

function said(
  policy: Resolved<AuthenticationFields> | undefined,
  field: 'required' | 'optional',
  levelOf: (origin: string | undefined) => number,
): Said {
  const level = levelOf(policy?.origins[field]);
  return { value: level === Infinity ? undefined : policy?.value[field], level };
}

/** `Infinity` for what nobody says, or nobody heeds here. */
function levelBelow(heard: number, origin: string | undefined): number {
  const level = origin === undefined ? -1 : LEVELS.indexOf(origin);
  return level < 0 || level >= heard ? Infinity : level;
}

function contradiction({ operation }: PlanContext, level: string): Error {
  return authError(
    'AUTH_INVALID',
    `${operation.id}: the ${level} says both that it is public and which callers it admits; expected one of the two`,
  );
}
