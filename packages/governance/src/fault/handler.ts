import {
  coreError,
  protocolOf,
  type Invocation,
  type Next,
  type PlanContext,
  type PlannedHandler,
  type Reply,
} from '@ts-chassis/core';
import { missingField } from '../policy/check-faults.js';
import type { FaultInjectionFields } from '../policy/fault-fields.js';
import { FaultInjectionPolicy } from '../policy/fault-injection.js';
import type { MarkedPolicies } from '../policy/marked-policy.js';
import { faultFor, type Fault } from './algorithm.js';
import type { FaultInjector, FaultTools } from './fault-injector.js';
import { injectFault } from './inject-fault.js';
import { MarkedFaults } from './marked-faults.js';

/** The link `fault-inject` of all sides. */
export class FaultHandler implements PlannedHandler {
  /** @param injectors - those of plug-ins, by protocol; asked for when there is something to inject */
  constructor(private readonly injectors: () => ReadonlyMap<string, FaultInjector>) {}

  plan(context: PlanContext, next: Next): Next {
    const policy = context.policy(FaultInjectionPolicy);
    const marked = context.section(MarkedFaults);
    if (policy) requireWhole(context, policy.value);
    const isIdle = !policy || !canHit(policy.value);
    if (isIdle && marked.size === 0) return next;
    const { clock, random, side } = context;
    const faults = new PlannedFaults(isIdle ? undefined : policy.value, marked);
    const injecting = new Injecting(next, this.injectors(), { clock, random, side });
    return (invocation) => {
      const { endpoint, source } = invocation;
      // on the consumer side the balancer before this link has picked
      const protocol = endpoint ? protocolOf(endpoint.listener) : source.protocol;
      const fault = faults.of(invocation.mark, protocol);
      return fault ? injecting.run(invocation, fault, protocol) : next(invocation);
    };
  }
}

/** What the configuration cannot say by halves, decorators could. */
function requireWhole({ operation }: PlanContext, fields: FaultInjectionFields): void {
  const missing = missingField(fields);
  if (!missing) return;
  throw coreError('SCHEMA_INVALID', `${operation.id}: @FaultInjection lacks ${missing.field}: ${missing.expected}`);
}

function canHit(fields: FaultInjectionFields): boolean {
  if (faultFor(fields, '')) return true;
  return Object.keys(fields.protocols).some((protocol) => faultFor(fields, protocol));
}

/** The faults in force by mark and protocol, each made when first asked for: there may be many marks. */
class PlannedFaults {
  readonly #byProtocol = new Map<string, Fault | undefined>();
  readonly #byMark = new Map<string, Map<string, Fault | undefined>>();

  constructor(
    private readonly fields: FaultInjectionFields | undefined,
    private readonly marked: MarkedPolicies<FaultInjectionFields>,
  ) {}

  of(mark: string | undefined, protocol: string): Fault | undefined {
    const own = mark === undefined ? undefined : this.marked.get(mark);
    if (own) return made(this.#ofMark(mark!), { ...FaultInjectionPolicy.defaults, ...own }, protocol);
    return this.fields && made(this.#byProtocol, this.fields, protocol);
  }

  /** As many at most as there are policies. */
  #ofMark(mark: string): Map<string, Fault | undefined> {
    let faults = this.#byMark.get(mark);
    if (!faults) this.#byMark.set(mark, (faults = new Map()));
    return faults;
  }
}

function made(
  faults: Map<string, Fault | undefined>,
  fields: FaultInjectionFields,
  protocol: string,
): Fault | undefined {
  if (faults.has(protocol)) return faults.get(protocol);
  const fault = faultFor(fields, protocol);
  faults.set(protocol, fault);
  return fault;
}

class Injecting {
  constructor(
    private readonly next: Next,
    private readonly injectors: ReadonlyMap<string, FaultInjector>,
    private readonly tools: FaultTools,
  ) {}

  async run(invocation: Invocation, fault: Fault, protocol: string): Promise<Reply> {
    const own = this.injectors.get(protocol);
    const reply = own
      ? await own.inject(fault, invocation, this.tools)
      : await injectFault(fault, invocation, this.tools);
    return reply ?? this.next(invocation);
  }
}
