import type { CircuitBreakerFields } from '../policy/circuit-breaker.js';
import { MarkedParts } from '../policy/marked-parts.js';
import type { CircuitBreakers } from './circuit-breakers.js';
import { Circuits, type CircuitsOwner } from './circuits.js';

/**
 * The circuits of marked calls to one service.
 *
 * @param owner - whose calls they are; see `CircuitsOwner`
 */
export function markedCircuits(
  breakers: CircuitBreakers,
  owner: Pick<CircuitsOwner, 'prefix' | 'service' | 'unplaced'>,
): MarkedParts<CircuitBreakerFields, Circuits> {
  return new MarkedParts({
    // a policy by mark asks for a breaker unless it says otherwise
    fieldsOf: (base, policy) =>
      policy.enabled === false ? undefined : { ...base, scope: 'service', ...policy, enabled: true },
    make(mark, operation, { scope }) {
      const suffix = `${operation === '' ? '' : `.${operation}`}#${mark}`;
      return new Circuits(breakers, { ...owner, suffix, operation }, scope.startsWith('instance'));
    },
  });
}
