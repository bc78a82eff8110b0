import type { Contradiction } from './define-policy.js';
import type { FaultInjectionFields } from './fault-fields.js';

/** The first thing missing: a percentage says that it happens, and something else has to say what. */
export function missingField(fields: Partial<FaultInjectionFields>): Contradiction | undefined {
  if (fields.enabled === false) return undefined;
  const places: [string, Partial<FaultInjectionFields>][] = [['', fields]];
  for (const [protocol, own] of Object.entries(fields.protocols ?? {})) {
    const abort = { ...fields.abort, ...own.abort };
    places.push([`protocols.${protocol}.`, { abort, delay: { ...fields.delay, ...own.delay } }]);
  }
  for (const [path, { abort = {}, delay = {} }] of places) {
    const isAborting = (abort.percent ?? 0) > 0;
    if (isAborting && abort.httpStatus === undefined && abort.grpcCode === undefined && !abort.returnNull) {
      const expected = 'a status from 200 to 599 (or grpcCode), since abort.percent is above 0';
      return { field: `${path}abort.httpStatus`, expected };
    }
    if ((delay.percent ?? 0) > 0 && !((delay.fixedDelayMs ?? 0) > 0)) {
      const expected = 'a duration above 0, since delay.percent is above 0';
      return { field: `${path}delay.fixedDelayMs`, expected };
    }
  }
  return undefined;
}
