import {
  ChassisError,
  protocolOf,
  TransportSection,
  transportLimits,
  type ErrorKind,
  type Invocation,
  type PlanContext,
} from '@ts-chassis/core';

/**
 * What speaks against the callee when nothing else is configured: it could not be reached, did not answer in time, or broke. What it refused
 * with good reason (arguments, rights, limits) speaks for it.
 */
export const FAILURE_KINDS: readonly ErrorKind[] = [
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'INTERNAL',
  'UNKNOWN',
  'DATA_LOSS',
];

/** Judges how a call ended: whether it counts as a failure for breaker, retry and ejection. */
export type IsFailure = (error: unknown, invocation: Invocation) => boolean;

/**
 * The judgement in force for an operation. Errors of one of the kinds count; where `servicecomb.transport.failure.{protocol}` lists statuses,
 * those decide of what a callee answered over that protocol. A call that its own caller gave up never counts.
 *
 * @param context - read when the chain is planned
 * @param kinds - the kinds that count
 */
export function failureJudge(context: PlanContext, kinds: readonly string[] = FAILURE_KINDS): IsFailure {
  const transport = context.section(TransportSection);
  const counted = new Set<string>(kinds);
  const statuses = new Map<string, ReadonlySet<number>>();
  for (const protocol of Object.keys(transport.failure)) {
    // `http_503` below `rest`, as go-chassis has it: what stands before the number is not the protocol's name
    const numbers = transportLimits(transport, protocol).failures.map((name) => Number(name.split('_')[1]));
    statuses.set(protocol, new Set(numbers));
  }
  return (error, invocation) => {
    if (!ChassisError.is(error)) return true;
    if (error.kind === 'CANCELLED') return false;
    if (statuses.size > 0 && error.remote) {
      const protocol = protocolOf(invocation.endpoint?.listener ?? invocation.source.protocol);
      const listed = statuses.get(protocol);
      const status = (error.reply as { status?: number } | undefined)?.status;
      if (listed && status !== undefined) return listed.has(status);
    }
    return counted.has(error.kind);
  };
}
