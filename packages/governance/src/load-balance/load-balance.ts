import { LoadBalancePolicy, type LoadBalanceFields } from '../policy/load-balance.js';
import { policyDecorator, type PolicyDecorator, type SideOptions } from '../policy/policy-decorator.js';

/**
 * How the instances for calls are picked; what is left out is asked for elsewhere (see `docs/load-balancing.md` for the defaults).
 *
 * @example
 * ```ts
 * const options: LoadBalanceOptions = { strategy: 'ConsistentHash', hashOn: 'argument:isbn' };
 * ```
 */
export interface LoadBalanceOptions extends SideOptions, Partial<Omit<LoadBalanceFields, 'sessionTimeout'>> {
  /** For `SessionStickiness`: a session not used for so long ends. Default 30 000. */
  readonly sessionTimeoutMs?: number;
}

/**
 * How consumers of a contract, or of one of its operations, pick the instance for a call. Configured with `servicecomb.governance.loadBalance` and go-chassis's
 * `cse.loadbalance`, which win where they are about the same operation or service.
 *
 * @param options - the strategy's name, or all that is to be said
 * @throws ChassisError `CHAIN_PLAN_FAILED` at the start for a strategy or filter that nobody brought
 *
 * @example
 * ```ts
 * @Schema({ id: 'catalog' })
 * @LoadBalance('PowerOfTwoChoices')
 * class Catalog {
 *   @LoadBalance({ strategy: 'ConsistentHash', hashOn: 'argument:isbn' })
 *   @Returns(String)
 *   find(@Arg('isbn') isbn: string): Promise<string> { return remote(); }
 * }
 * ```
 */
export function LoadBalance(options: string | LoadBalanceOptions): PolicyDecorator {
  const given = typeof options === 'string' ? { strategy: options } : options;
  const { side, sessionTimeoutMs, ...fields } = given as LoadBalanceOptions;
  return policyDecorator<LoadBalanceFields>(
    LoadBalancePolicy,
    { ...fields, ...(sessionTimeoutMs !== undefined && { sessionTimeout: sessionTimeoutMs }) },
    side === undefined ? {} : { side },
  );
}
