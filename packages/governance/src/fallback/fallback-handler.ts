import {
  ChassisError,
  isReply,
  replyOf,
  type Invocation,
  type Next,
  type PlanContext,
  type PlannedHandler,
  type Reply,
  type Services,
} from '@ts-chassis/core';
import { governanceError } from '../errors/governance-error.js';
import { FallbackPolicy } from '../policy/fallback.js';
import { standInOf, type StandIn } from './algorithm.js';
import { FallbackPort, type NamedFallback } from './fallback-port.js';

/** The handler `fallback`: answers in the place of a call that failed. It stands outside of all tries, so it sees the last failure only. */
export class FallbackHandler implements PlannedHandler {
  constructor(private readonly services: Services) {}

  plan(context: PlanContext, next: Next): Next {
    const resolved = context.policy(FallbackPolicy);
    if (!resolved?.value.enabled) return next;
    const { value: policy, keys } = resolved;
    const standIn = standInOf(policy, {
      named: this.services.extensions(FallbackPort),
      key: keys.policy ?? `@Fallback of ${context.operation.id}`,
    });
    if (policy.force) return (invocation) => forced(invocation, standIn);
    if (!standIn) return next;
    return (invocation) => next(invocation).then(undefined, (error: unknown) => instead(error, invocation, standIn));
  }
}

function forced(invocation: Invocation, standIn: StandIn | undefined): Promise<Reply> {
  const { id } = invocation.operation;
  const error = governanceError('FALLBACK_FORCED', `${id} is isolated because of error: force fallback`);
  return standIn ? answered(standIn.answer, error, invocation) : Promise.reject(error);
}

function instead(thrown: unknown, invocation: Invocation, { answer, isFor }: StandIn): Promise<Reply> {
  const error = ChassisError.from(thrown);
  // of a call that was given up nobody wants an answer any more
  if (invocation.cancelled || error.kind === 'CANCELLED' || !isFor(error)) return Promise.reject(error);
  return answered(answer, error, invocation);
}

async function answered(answer: NamedFallback, error: ChassisError, invocation: Invocation): Promise<Reply> {
  try {
    const value = await answer(error, invocation);
    return isReply(value) ? value : replyOf(value);
  } catch (thrown) {
    throw thrown === error ? error : failedToo(thrown, error, invocation);
  }
}

/** The failure of the fallback, caused by the one it should have stood in for. */
function failedToo(thrown: unknown, cause: ChassisError, { operation }: Invocation): ChassisError {
  if (!ChassisError.is(thrown)) {
    return governanceError('FALLBACK_FAILED', `${operation.id}: the fallback failed as well`, {
      cause: new AggregateError([thrown, cause], 'the fallback failed, and before it the call'),
    });
  }
  const { kind, message, code, details, retryAfterMs, remote, reply } = thrown;
  return new ChassisError(kind, message, {
    ...{ code, remote, reply, cause: thrown.cause ?? cause },
    ...(details && { details }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
