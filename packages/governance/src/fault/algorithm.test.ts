import { ERROR_KINDS, seededRandom } from '@ts-chassis/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missingField } from '../policy/check-faults.js';
import { drawFault, faultFor } from './algorithm.js';
import { kindOfFault } from './kind-of-fault.js';

const percent = fc.double({ min: 0, max: 100, noNaN: true });

describe('drawing of faults', () => {
  it('hits as many calls as the percentages say, whatever the other one is', () => {
    fc.assert(
      fc.property(percent, percent, fc.nat(), (delays, aborts, seed) => {
        const random = seededRandom(seed);
        const fault = { delay: { percent: delays, fixedDelayMs: 7 }, abort: { percent: aborts, httpStatus: 503 } };
        const calls = 4000;
        let [delayed, aborted] = [0, 0];
        for (let call = 0; call < calls; call += 1) {
          const drawn = drawFault(fault, random);
          if (drawn.delayMs === 7) delayed += 1;
          if (drawn.aborts) aborted += 1;
        }
        for (const [hit, share] of [
          [delayed, delays / 100],
          [aborted, aborts / 100],
        ] as const) {
          // five sigma
          const bound = 5 * Math.sqrt(calls * share * (1 - share)) + 1;
          expect(Math.abs(hit - calls * share)).toBeLessThanOrEqual(bound);
        }
      }),
      { seed: 20261, numRuns: 40 },
    );
  });

  it('hits every call at 100 and none at 0', () => {
    const random = seededRandom(1);
    const all = { delay: { percent: 100, fixedDelayMs: 1 }, abort: { percent: 100, httpStatus: 500 } };
    const none = { delay: { percent: 0, fixedDelayMs: 1 }, abort: { percent: 0, httpStatus: 500 } };
    for (let call = 0; call < 1000; call += 1) {
      expect(drawFault(all, random)).toEqual({ delayMs: 1, aborts: true });
      expect(drawFault(none, random)).toEqual({ delayMs: 0, aborts: false });
    }
  });
});

describe('faults by protocol', () => {
  const fields = {
    enabled: true,
    abort: { percent: 5, httpStatus: 503 },
    delay: {},
    protocols: { rest: { abort: { httpStatus: 502 } }, grpc: { abort: { percent: 0 } } },
  };

  it('are those of the protocol over those for any, field by field', () => {
    expect(faultFor(fields, 'rest')).toEqual({ delay: {}, abort: { percent: 5, httpStatus: 502 } });
    expect(faultFor(fields, 'memory')).toEqual({ delay: {}, abort: { percent: 5, httpStatus: 503 } });
    expect(faultFor(fields, 'constructor')).toEqual({ delay: {}, abort: { percent: 5, httpStatus: 503 } });
  });

  it('are none where nothing can be hit', () => {
    expect(faultFor(fields, 'grpc')).toBeUndefined();
    expect(faultFor({ ...fields, enabled: false }, 'rest')).toBeUndefined();
  });
});

describe('what is missing', () => {
  it.each([
    [{ abort: { percent: 1 } }, 'abort.httpStatus'],
    [{ delay: { percent: 1 } }, 'delay.fixedDelayMs'],
    [{ delay: { percent: 1, fixedDelayMs: 0 } }, 'delay.fixedDelayMs'],
    [{ protocols: { rest: { abort: { percent: 1 } } } }, 'protocols.rest.abort.httpStatus'],
    [{ abort: { httpStatus: 500 }, protocols: { rest: { abort: { percent: 1 } } } }, undefined],
    [{ abort: { percent: 1, grpcCode: 14 } }, undefined],
    [{ abort: { percent: 1, returnNull: true } }, undefined],
    [{ enabled: false, abort: { percent: 1 } }, undefined],
    [{}, undefined],
  ])('of %j is %s', (fields, missing) => {
    expect(missingField(fields)?.field).toBe(missing);
  });
});

describe('the kind of a fault', () => {
  it.each([
    [{ httpStatus: 503 }, 'UNAVAILABLE'],
    [{ httpStatus: 429 }, 'RESOURCE_EXHAUSTED'],
    [{ httpStatus: 418 }, 'INVALID_ARGUMENT'],
    [{ httpStatus: 599 }, 'INTERNAL'],
    [{ httpStatus: 302 }, 'UNKNOWN'],
    [{ httpStatus: 503, grpcCode: 5 }, 'NOT_FOUND'],
    [{}, 'INTERNAL'],
  ])('of %j is %s', (abort, kind) => {
    expect(kindOfFault(abort)).toBe(kind);
  });

  it('is a known one for every status and code', () => {
    for (let httpStatus = 200; httpStatus < 600; httpStatus += 1)
      expect(ERROR_KINDS).toContain(kindOfFault({ httpStatus }));
    for (let grpcCode = 1; grpcCode <= 16; grpcCode += 1)
      expect(kindOfFault({ grpcCode })).toBe(ERROR_KINDS[grpcCode - 1]);
  });
});
