import type { Next, PlanContext, PlannedHandler } from '@ts-chassis/core';
import { accessOf, type Mode } from '../access/access.js';
import { AuthenticationLink } from './authentication-link.js';
import type { SchemeTable } from './scheme-table.js';

/** The link `authentication`: names the caller of the operations that ask for it; the others keep their chain as it was. */
export class AuthenticationHandler implements PlannedHandler {
  /** @param fallback - what holds for operations of which nobody says anything */
  constructor(
    private readonly schemes: SchemeTable,
    private readonly fallback: Mode,
  ) {}

  plan(context: PlanContext, next: Next): Next {
    const { mode, schemes } = accessOf(context, this.fallback);
    if (mode === 'open') return next;
    const { id } = context.operation;
    const plan = { schemes: this.schemes.choose(schemes, id), optional: mode === 'optional', operation: id };
    const link = new AuthenticationLink(plan, next);
    return (invocation) => link.run(invocation);
  }
}

/**
 * The links `jwt`, `basicAuth`, `apiKey` and `mtlsIdentity`: as go-chassis's handlers, one that a chain or `@Use` names demands its own credentials of every
 * operation in it that is not `@Public`.
 */
export class SchemeHandler implements PlannedHandler {
  constructor(
    private readonly schemes: SchemeTable,
    private readonly name: string,
  ) {}

  plan(context: PlanContext, next: Next): Next {
    const { mode } = accessOf(context, 'required');
    if (mode === 'open') return next;
    const { id } = context.operation;
    const plan = { schemes: this.schemes.choose([this.name], id), optional: mode === 'optional', operation: id };
    const link = new AuthenticationLink(plan, next);
    return (invocation) => link.run(invocation);
  }
}
