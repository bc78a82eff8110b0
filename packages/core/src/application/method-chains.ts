import type { ChainPlanner } from '../chain/planner.js';
import { UseKey } from '../chain/decorators.js';
import { failureOf } from '../chain/failure-of.js';
import type { PolicyKind } from '../chain/policy.js';
import { ambientInvocation, runAmbient } from '../invocation/ambient.js';
import { Invocation } from '../invocation/invocation.js';
import type { Next, Runner } from '../invocation/next.js';
import { isReply, replyOf } from '../invocation/reply.js';
import { marksOf, read, type AnyClass } from '../metadata/annotate.js';
import type { Operation, SchemaInfo } from '../schema/operation.js';

/** What method chains work with. */
export interface MethodChainOptions {
  readonly planner: ChainPlanner;
  readonly policies: readonly PolicyKind<object>[];
  /** Our own service's name. */
  readonly service: string;
}

/** What methods threw, by the failure that handlers see in its place: a failure may reach several callers, and objects of a class share a chain. */
const thrown = new WeakMap<object, unknown>();

/** Stands for the service where policies of methods are configured: `...services.local.schemas.{Class}.operations.{method}`. */
const LOCAL = 'local';

/**
 * Puts chains of side `method` around the methods of an injectable that carry a policy decorator or `@Use`. Each becomes an own,
 * non-enumerable property of the instance; the class stays as it was.
 *
 * @returns plans the chains; until then the first call of each plans it
 */
export function attachMethodChains(instance: object, type: AnyClass, options: MethodChainOptions): () => void {
  const keys = new Set<unknown>([UseKey, ...options.policies.map((kind) => kind.key)]);
  const marks = marksOf(type).filter(({ key, member }) => typeof member === 'string' && keys.has(key));
  const members = [...new Set(marks.map(({ member }) => member as string))];
  const plans = members.map((member) => attach(instance, operationOf(type, member), options));
  return () => plans.forEach((plan) => plan());
}

function attach(instance: object, operation: Operation, { planner, service }: MethodChainOptions): () => Runner {
  const method = (instance as Record<string, unknown>)[operation.member] as (...args: unknown[]) => unknown;
  const last: Next = async (invocation) => {
    const run = (): unknown => method.apply(invocation.self, invocation.args as unknown[]);
    const outer = ambientInvocation();
    try {
      // the chain has entered it already, unless a handler put a fork in its place
      const result = await (outer === undefined || outer === invocation ? run() : runAmbient(invocation, run));
      return isReply(result) ? result : replyOf(result);
    } catch (error) {
      const failure = failureOf(error, invocation);
      if (!invocation.cancelled) thrown.set(failure, error);
      throw failure;
    }
  };
  let runner: Runner | undefined;
  const plan = (): Runner => (runner ??= planner.runner({ side: 'method', operation, service: LOCAL, last }));
  const source = { service, protocol: '', trusted: true };
  const value = async (...args: unknown[]): Promise<unknown> => {
    const parent = ambientInvocation();
    const invocation = new Invocation({
      ...{ operation, service, source, args, parent, self: instance },
      ...(parent && { deadline: parent.deadline, headers: parent.headers, context: parent.context, span: parent.span }),
    });
    invocation.mark = parent?.mark;
    if (parent) invocation.linkTo(parent);
    try {
      return (await plan().run(invocation)).value;
    } catch (error) {
      // handlers see failures of ours; who calls the method sees what it throws, as without the chain
      throw thrown.has(error as object) ? thrown.get(error as object) : error;
    } finally {
      invocation.unlink();
    }
  };
  Object.defineProperty(instance, operation.member, { value, configurable: true, writable: true });
  return plan;
}

/** A method of an injectable as an operation: its class stands for the schema. */
function operationOf(type: AnyClass, member: string): Operation {
  const schema: SchemaInfo = { id: type.name, path: '', type, operations: [], read: (key) => read(type, key) };
  return {
    id: `${type.name}.${member}`,
    schema,
    name: member,
    member,
    parameters: [],
    result: { stream: false },
    read: (key) => read(type, key, member),
  };
}
