import {
  ChassisError,
  coreError,
  TargetListener,
  type Clock,
  type Discovery,
  type Instance,
  type Invocation,
  type Next,
  type Reply,
  type ServiceQuery,
  type Suspects,
} from '@ts-chassis/core';
import type { GovernanceEvents } from '../events/governance-events.js';
import type { IsFailure } from '../outcome/is-failure.js';
import { isRefusalOfOne } from '../retry/is-own-refusal.js';
import { TriedInstances } from '../retry/tried-instances.js';
import type { BalancingRule } from './balancing-rule.js';
import type { InstanceNode } from './instance-node.js';
import type { InstancePool } from './instance-pool.js';
import type { CallSample } from './outlier/judge-call.js';
import { PassedOver } from './passed-over.js';
import { PickedCall, type CallBook, type CallEnd } from './picked-call.js';
import { PickedInstance } from './picked-instance.js';
import type { Pick, Picker } from './picker.js';

/** A failure is taken for at least so long, and for twice what is usual: who fails fast must not look fast. */
const FAILURE_MS = 100;
/** No latency counts as longer. */
const LONGEST_MS = 60_000;

/** What the balancer of one operation works with. */
export interface BalancerOptions {
  readonly next: Next;
  readonly query: ServiceQuery;
  readonly discovery: Discovery;
  readonly suspects: Suspects;
  readonly clock: Clock;
  readonly pool: InstancePool;
  readonly picker: Picker;
  readonly events: GovernanceEvents;
  readonly isFailure: IsFailure;
  ruleFor(mark: string | undefined): BalancingRule;
}

/** Sends the calls of one operation to instances, and learns from how they end. */
export class Balancer implements CallBook {
  readonly isFailure: IsFailure;

  constructor(private readonly options: BalancerOptions) {
    this.isFailure = options.isFailure;
  }

  run(invocation: Invocation): Promise<Reply> {
    const { next, discovery, query } = this.options;
    if (invocation.endpoint) return next(invocation);
    const known = discovery.peek(query);
    if (known) return this.#call(invocation, known);
    return discovery.find(query).then((found) => this.#call(invocation, found));
  }

  answered({ invocation, terms }: PickedCall): number {
    const { node, suspectMark, beganAt, isProbe } = terms;
    const { suspects, clock, pool } = this.options;
    suspects.clear(node.instance, suspectMark);
    const now = clock.elapsed();
    const tookMs = now - beganAt;
    node.observe(Math.min(tookMs, LONGEST_MS), now, pool.latencyDecayMs);
    if (isProbe) this.#readmit(node, invocation, now);
    return tookMs;
  }

  ended({ invocation, terms, answeredMs, endedWithAnswer }: PickedCall, { failed, error }: CallEnd): void {
    const { node, rule, subset, beganAt } = terms;
    const { suspects, clock, pool } = this.options;
    const now = endedWithAnswer ? beganAt + answeredMs! : clock.elapsed();
    node.inFlight -= 1;
    if (isUnreachable(error)) suspects.add(node.instance);
    const { strategy, settings } = rule;
    strategy.done?.(node, { invocation, settings, key: subset, failed: failed === true, nowMs: now });
    const isProbing = terms.isProbe && answeredMs === undefined;
    if (failed === undefined) {
      if (isProbing) pool.unprobe(node);
      return;
    }
    const tookMs = answeredMs ?? now - beganAt;
    // how long a stream was that broke off tells nothing of its instance
    if (answeredMs === undefined) this.#slowed(node, tookMs, now);
    if (isProbing) this.#eject(node, { invocation, rule, reason: 'it failed again when it was tried', now });
    else this.#judge({ invocation, rule, failed, tookMs, now }, node);
  }

  #call(invocation: Invocation, instances: readonly Instance[], passed?: PassedOver): Promise<Reply> {
    const { clock, picker, pool, suspects, next, ruleFor } = this.options;
    const rule = ruleFor(invocation.mark);
    const nowMs = clock.elapsed();
    let pick: Pick | undefined;
    try {
      pick = picker.pick(invocation, instances, { rule, nowMs, passed });
    } catch (error) {
      // a strategy or a filter of others
      return Promise.reject(ChassisError.from(error));
    }
    if (!pick) return Promise.reject(nobody(invocation, instances.length, rule.unfiltered.versions?.key));
    const { node, subset, isProbe } = pick;
    if (passed?.has(node.address)) return Promise.reject(passed.refusal);
    if (isProbe) pool.probe(node);
    node.inFlight += 1;
    invocation.endpoint = node.endpoint;
    invocation.set(PickedInstance, node.id);
    const call = new PickedCall(this, invocation, {
      node,
      subset,
      isProbe,
      rule,
      beganAt: nowMs,
      suspectMark: suspects.mark,
    });
    let running: Promise<Reply>;
    try {
      // a handler in JavaScript may give back anything
      running = Promise.resolve(next(invocation));
    } catch (error) {
      running = Promise.reject(error as Error);
    }
    return running.then(
      (reply) => call.replied(reply),
      (error: unknown) => {
        call.failed(error);
        if (!isRefusalOfOne(error, node.address) || invocation.cancelled) throw error;
        return this.#passOver(invocation, instances, (passed ?? new PassedOver()).add(node.address, error));
      },
    );
  }

  /** Nothing was sent: no other try, so neither its wait nor its budget. */
  #passOver(invocation: Invocation, instances: readonly Instance[], passed: PassedOver): Promise<Reply> {
    if (passed.isFull) throw passed.refusal;
    invocation.set(TriedInstances, new Set([...(invocation.get(TriedInstances) ?? []), ...passed.addresses]));
    return this.#call(invocation, instances, passed);
  }

  #slowed(node: InstanceNode, tookMs: number, now: number): void {
    const { latencyDecayMs } = this.options.pool;
    const least = Math.max(2 * node.peakMs(now, latencyDecayMs), FAILURE_MS);
    node.observe(Math.min(Math.max(tookMs, least), LONGEST_MS), now, latencyDecayMs);
  }

  #readmit(node: InstanceNode, { service, operation }: Invocation, now: number): void {
    const { pool, events } = this.options;
    pool.readmit(node, now);
    events.emit('returned', { service, operation: operation.id, instance: node.instance.id });
  }

  #judge({ invocation, rule, failed, tookMs, now }: Judged, node: InstanceNode): void {
    // calls made before it was ejected say nothing new
    if (this.options.pool.isOut(node)) return;
    const reason = node.judge({ failed, tookMs, now }, rule.settings);
    if (reason !== undefined) this.#eject(node, { invocation, rule, reason, now });
  }

  #eject(node: InstanceNode, { invocation, rule, reason, now }: Judgement): void {
    const { pool, events } = this.options;
    const forMs = pool.eject(node, now, rule.settings);
    if (forMs === undefined) return;
    const { service, operation } = invocation;
    events.emit('ejected', { service, operation: operation.id, instance: node.instance.id, reason, forMs });
  }
}

/** A call that says something of its instance. */
interface Judged extends CallSample {
  readonly invocation: Invocation;
  readonly rule: BalancingRule;
}

/** Why an instance is left out. */
interface Judgement {
  readonly invocation: Invocation;
  readonly rule: BalancingRule;
  readonly reason: string;
  readonly now: number;
}

/** A connection that was refused or reset; what the callee tells of its own calls is none of ours. */
function isUnreachable(error: unknown): boolean {
  return ChassisError.is(error) && error.code === 'CALL_FAILED' && !error.remote;
}

function nobody(invocation: Invocation, known: number, versions: string | undefined): ChassisError {
  const { service, tags, operation } = invocation;
  const listener = invocation.get(TargetListener) ?? '';
  const tagged = tags ? ` and the tags ${JSON.stringify(tags)}` : '';
  const wanted = `a listener "${listener}"${tagged}${versions ? ` and a version of "${versions}"` : ''}`;
  const found = known === 0 ? 'no instance is known' : `none of ${known} instances has ${wanted}`;
  return coreError('NO_INSTANCE', `${operation.id}: cannot call "${service}": ${found}`);
}
