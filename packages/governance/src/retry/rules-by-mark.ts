import type { PlanContext } from '@ts-chassis/core';
import { failureJudge, type IsFailure } from '../outcome/is-failure.js';
import type { MarkedPolicies } from '../policy/marked-policy.js';
import { RetryPolicy, type RetryFields } from '../policy/retry.js';
import type { DistinctFailures } from './distinct-failures.js';
import { mayRunTwice } from './may-run-twice.js';
import { limitOf, RetryRules } from './retry-rules.js';

/** Tries of a policy by mark that does not say how many: the specification's three further ones. */
const MARKED_ATTEMPTS = 4;

/** The retry policy of an operation, and those of the marks its calls may carry; each of them is made ready when the first call carries it. */
export class RulesByMark {
  readonly #plain: RetryRules | undefined;
  readonly #marked = new Map<string, RetryRules>();
  readonly #judges = new Map<string, IsFailure>();
  readonly #harmless: boolean;

  constructor(
    context: PlanContext,
    private readonly fields: RetryFields | undefined,
    private readonly policies: MarkedPolicies<RetryFields>,
    failures: DistinctFailures,
  ) {
    this.#harmless = mayRunTwice(context);
    // what a judge reads of the configuration must be read now
    for (const on of [(fields ?? RetryPolicy.defaults).on, ...failures.of(policies)]) {
      this.#judges.set(String(on), failureJudge(context, on));
    }
    this.#plain = fields && this.#rules(fields);
  }

  of(mark: string | undefined): RetryRules | undefined {
    if (mark === undefined || this.policies.size === 0) return this.#plain;
    const present = this.#marked.get(mark);
    if (present) return present;
    const own = this.policies.get(mark);
    if (!own) return this.#plain;
    const rules = this.#rules(this.#over(own));
    this.#marked.set(mark, rules);
    return rules;
  }

  #rules(fields: RetryFields): RetryRules {
    return new RetryRules(fields, this.#judges.get(String(fields.on))!, this.#harmless);
  }

  /** What a mark's policy says, over what holds without it. */
  #over(own: Partial<RetryFields>): RetryFields {
    const base: RetryFields = this.fields ?? RetryPolicy.defaults;
    const before = limitOf(base);
    const attempts = own.retryOnNext === undefined ? (before > 1 ? before : MARKED_ATTEMPTS) : undefined;
    return { ...base, attempts, ...own, enabled: own.enabled ?? true };
  }
}
