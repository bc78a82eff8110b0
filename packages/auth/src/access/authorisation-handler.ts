import type { Invocation, Next, PlanContext, PlannedHandler, Reply } from '@ts-chassis/core';
import { authError } from '../codes.js';
import { principalOf, type Principal } from '../principal.js';
import { accessOf, type Access } from './access.js';

/** The link `authorisation`: admits callers by their roles and by the function of the operation; where nobody asks, the chain stays as it was. */
export class AuthorisationHandler implements PlannedHandler {
  plan(context: PlanContext, next: Next): Next {
    const access = accessOf(context, 'open');
    if (access.roles.length === 0 && !access.authorize) return next;
    return (invocation) => admit(invocation, access, next);
  }
}

async function admit(invocation: Invocation, access: Access, next: Next): Promise<Reply> {
  const { id } = invocation.operation;
  const principal = principalOf(invocation);
  // only where a chain leaves the link `authentication` out
  if (!principal) throw authError('CREDENTIALS_MISSING', `${id}: credentials are needed, and nobody looked at them`);
  checkRoles(principal, access.roles, id);
  if (access.authorize && (await access.authorize(principal, invocation)) !== true)
    throw authError('NOT_AUTHORISED', `${id}: "${principal.name}" may not`);
  return next(invocation);
}

function checkRoles(principal: Principal, needed: readonly string[], operation: string): void {
  if (needed.length === 0 || needed.some((role) => principal.roles.includes(role))) return;
  const expected = needed.length === 1 ? `the role "${needed[0]}"` : `one of the roles ${needed.join(', ')}`;
  const message = `${operation}: "${principal.name}" may not: expected ${expected}`;
  throw authError('ROLE_MISSING', message, { details: { roles: needed } });
}
