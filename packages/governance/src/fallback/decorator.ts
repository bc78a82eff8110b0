import { FallbackPolicy, type FallbackFields, type FallbackFunction } from '../policy/fallback.js';
import { policyDecorator, type PolicyDecorator, type SideOptions } from '../policy/policy-decorator.js';

/**
 * Answers in the place of a method that failed. On a contract it acts on its consumers, on the method of any other injectable around that method. The
 * configuration of the same or a narrower scope wins over it: `servicecomb.governance.fallback`, go-chassis's `cse.fallback` and `cse.fallbackpolicy`.
 *
 * @param policy - a function, `returnnull`, or the name of a fallback that a plug-in brings; see {@link FallbackFields}
 * @param options - the kinds of errors it stands in for, `force`, the side
 * @throws ChassisError what the fallback throws, caused by the failure it stood in for; `FALLBACK_FAILED` when that is no `ChassisError`
 *
 * @example
 * ```ts
 * class Prices {
 *   private readonly known = new Map<string, number>();
 *
 *   @Fallback((self: Prices, error, isbn: string) => self.known.get(isbn) ?? 0)
 *   async of(isbn: string): Promise<number> { throw new Error(`nobody knows ${isbn}`); }
 * }
 * ```
 */
export function Fallback(
  policy: string | FallbackFunction,
  { side, ...fields }: Partial<Omit<FallbackFields, 'policy'>> & SideOptions = {},
): PolicyDecorator {
  return policyDecorator(FallbackPolicy, { policy, ...fields }, side && { side });
}
