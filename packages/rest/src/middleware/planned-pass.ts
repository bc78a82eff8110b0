import { ChassisError, type Next } from '@ts-chassis/core';
import type { Exchange } from '../server/exchange.js';
import { Pass, type PassPlan } from './pass.js';
import { prepare } from './prepare.js';
import type { Step } from './step.js';

/** A link that runs middleware before `next`; `next` itself when there is none. */
export function plannedPass(steps: readonly Step[], next: Next): Next {
  if (steps.length === 0) return next;
  const plan: PassPlan = { steps, next, handlesErrors: steps.some((step) => step.handle), told: new Set() };
  return (invocation) => {
    const exchange = invocation.source as unknown as Exchange;
    if (exchange.refusal && !isForMiddleware(exchange)) return next(invocation);
    prepare(exchange);
    return new Pass(plan, invocation, exchange).run();
  };
}

/** Middleware sees what a server of its own would hand it: requests that are refused for their path or method, not what is no proper HTTP. */
function isForMiddleware({ refusal, request }: Exchange): boolean {
  if (request.method === 'CONNECT' || !ChassisError.is(refusal)) return false;
  return FOR_MIDDLEWARE.has(refusal.code);
}

const FOR_MIDDLEWARE: ReadonlySet<string> = new Set(['METHOD_NOT_ALLOWED', 'URL_MALFORMED', 'UPGRADE_REQUIRED']);
