import type { BulkheadFields } from '../policy/bulkhead.js';
import { MarkedParts } from '../policy/marked-parts.js';
import { Bulkheads } from './bulkheads.js';

/**
 * The bulkheads of marked calls to one service.
 *
 * @param unplaced - as in `PartsOptions`
 */
export function markedBulkheads(service: string, unplaced?: () => void): MarkedParts<BulkheadFields, Bulkheads> {
  return new MarkedParts({
    fieldsOf: (base, policy) => ({ ...base, scope: 'service', ...policy }),
    make(mark, operation, { scope }) {
      const name = `${service}${operation === '' ? '' : `.${operation}`}#${mark}`;
      return new Bulkheads(name, scope.startsWith('instance'), unplaced);
    },
  });
}
