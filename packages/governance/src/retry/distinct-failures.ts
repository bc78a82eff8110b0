import type { MarkedPolicies } from '../policy/marked-policy.js';
import type { RetryFields } from '../policy/retry.js';

type Failures = RetryFields['on'];

/**
 * The lists of failures that policies by mark name, each once. Found once for a configuration: there may be thousands of policies, and each operation is
 * planned with them.
 */
export class DistinctFailures {
  readonly #found = new WeakMap<MarkedPolicies<RetryFields>, readonly Failures[]>();

  of(policies: MarkedPolicies<RetryFields>): readonly Failures[] {
    let found = this.#found.get(policies);
    if (!found) {
      const byName = new Map<string, Failures>();
      for (const { on } of policies.values()) if (on) byName.set(String(on), on);
      this.#found.set(policies, (found = [...byName.values()]));
    }
    return found;
  }
}
