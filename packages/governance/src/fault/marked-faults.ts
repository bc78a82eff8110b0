import type { Section } from '@ts-chassis/core';
import { missingField } from '../policy/check-faults.js';
import type { FaultInjectionFields } from '../policy/fault-fields.js';
import { FaultInjectionPolicy } from '../policy/fault-injection.js';
import { defineMarked, type MarkedPolicies } from '../policy/marked-policy.js';

type Written = Readonly<Record<string, unknown>>;

/** Faults by mark. Each policy must be whole by itself: it stands in the place of what is said of the operation. */
export const MarkedFaults: Section<MarkedPolicies<FaultInjectionFields>> = defineMarked(FaultInjectionPolicy, {
  key: 'servicecomb.faultInjection',
  description: 'Faults by mark: YAML text or a map for each, in our fields or in those of the Java implementation.',
  rename: { type: '', percentage: '', delayTime: '', errorCode: '', forceClosed: '', fallbackType: '' },
  convert: ours,
  missing: missingField,
});

/** Java's fields (`type: delay|abort`, `percentage`, `delayTime`, `errorCode`, `forceClosed`, `fallbackType`) in ours. */
function ours(written: Written): Written {
  const { type, percentage, delayTime, errorCode, forceClosed, fallbackType } = written;
  if ([type, percentage, delayTime, errorCode].every((value) => value === undefined)) {
    return forceClosed === undefined ? written : { ...written, enabled: !isTrue(forceClosed) };
  }
  const part =
    String(type ?? 'delay').toLowerCase() === 'abort'
      ? { abort: abortOf({ percentage, errorCode, fallbackType }) }
      : {
          delay: {
            percent: percentage ?? 0,
            ...(delayTime !== undefined && { fixedDelayMs: millisecondsOf(delayTime) }),
          },
        };
  return { ...written, ...(isTrue(forceClosed) && { enabled: false }), ...part };
}

function abortOf({ percentage, errorCode, fallbackType }: Written): Written {
  const returnNull = String(fallbackType ?? '').toLowerCase() === 'returnnull';
  return { percent: percentage ?? 0, httpStatus: errorCode ?? 500, ...(returnNull && { returnNull }) };
}

/** Java writes durations as ISO 8601 does. */
function millisecondsOf(time: unknown): unknown {
  return typeof time === 'string'
    ? time
        .trim()
        .replace(/^PT(?=\d)/i, '')
        .toLowerCase()
    : time;
}

function isTrue(value: unknown): boolean {
  return value === true || String(value).toLowerCase() === 'true';
}
