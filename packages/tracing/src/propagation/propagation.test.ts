import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TraceContext } from '../span/trace-context.js';
import { Propagation, type PropagationFormat } from './propagation.js';

const TRACE = '463ac35c9f6413ad48485a3953bb6124';
const SPAN = '0020000000000001';
const both = new Propagation(['b3', 'w3c']);

const id = (length: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => /[^0]/.test(text));

const contexts = fc
  .record({
    traceId: fc.oneof(id(32), id(16)),
    spanId: id(16),
    parentId: fc.option(id(16), { nil: undefined }),
    sampled: fc.boolean(),
  })
  .map((parts) => new TraceContext(parts));

/** What of a context every format carries. */
function essence(context: TraceContext | undefined): object | undefined {
  return context && { traceId: context.traceId.padStart(32, '0'), spanId: context.spanId, sampled: context.sampled };
}

describe('a context that was written', () => {
  it.each<PropagationFormat>(['b3', 'b3-single', 'w3c'])('is read again: %s', (format) => {
    fc.assert(
      fc.property(contexts, (context) => {
        const propagation = new Propagation([format]);
        expect(essence(propagation.read(propagation.headersOf(context)))).toEqual(essence(context));
      }),
    );
  });

  it('keeps in B3 its parent, the length of its id, the debug flag and what was left open', () => {
    const parts = { traceId: SPAN, spanId: SPAN, parentId: 'a'.repeat(16), sampled: true, debug: true };
    for (const format of ['b3', 'b3-single'] as const) {
      const propagation = new Propagation([format]);
      expect(propagation.read(propagation.headersOf(new TraceContext(parts)))).toMatchObject(parts);
      const open = new TraceContext({ traceId: TRACE, spanId: SPAN, sampled: undefined });
      expect(propagation.read(propagation.headersOf(open))?.sampled).toBeUndefined();
    }
  });

  it('is written as the specifications have it', () => {
    const context = new TraceContext({ traceId: TRACE, spanId: SPAN, parentId: '00000000000000ff', sampled: true });
    expect(new Propagation(['b3', 'b3-single', 'w3c']).headersOf(context)).toEqual({
      'x-b3-traceid': TRACE,
      'x-b3-spanid': SPAN,
      'x-b3-parentspanid': '00000000000000ff',
      'x-b3-sampled': '1',
      b3: `${TRACE}-${SPAN}-1-00000000000000ff`,
      traceparent: `00-${TRACE}-${SPAN}-01`,
    });
  });
});

describe('what is no context', () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 80 }),
    fc.stringMatching(/^[0-9a-fA-F-]{0,70}$/),
    fc.constant('0'.repeat(32)),
    fc.constant('x'.repeat(10_000)),
  );

  it('never throws, and what is read is well formed', () => {
    const names = ['b3', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags'];
    const records = fc.dictionary(fc.constantFrom(...names, 'traceparent', 'tracestate'), texts);
    fc.assert(
      fc.property(records, (headers) => {
        const context = both.read(headers);
        if (!context || context.traceId === '') return;
        expect(context.traceId).toMatch(/^(?=.*[^0])([0-9a-f]{16}|[0-9a-f]{32})$/);
        expect(context.spanId).toMatch(/^(?=.*[^0])[0-9a-f]{16}$/);
        expect(context.parentId ?? SPAN).toMatch(/^[0-9a-f]{16}$/);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['upper case', { traceparent: `00-${TRACE.toUpperCase()}-${SPAN}-01` }],
    ['a span of zeros', { traceparent: `00-${TRACE}-${'0'.repeat(16)}-01` }],
    ['flags that are no hex', { traceparent: `00-${TRACE}-${SPAN}-0x` }],
    ['more than version 00 has', { traceparent: `00-${TRACE}-${SPAN}-01-more` }],
    ['the forbidden version', { traceparent: `ff-${TRACE}-${SPAN}-01` }],
    ['sent twice', { traceparent: `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01` }],
    ['sent twice as a list', { traceparent: [`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`] }],
    ['ids sent twice', { 'x-b3-traceid': `${TRACE}, ${TRACE}`, 'x-b3-spanid': SPAN }],
    ['a trace id of 20 digits', { 'x-b3-traceid': TRACE.slice(0, 20), 'x-b3-spanid': SPAN }],
    ['a decision that is none', { b3: `${TRACE}-${SPAN}-x` }],
    ['too many parts', { b3: `${TRACE}-${SPAN}-1-${SPAN}-1` }],
    ['nothing', { b3: '' }],
  ])('is left out: %s', (_what, headers) => {
    expect(both.read(headers)).toBeUndefined();
  });
});

describe('what is read of a request', () => {
  it('is the part of a later version that is known', () => {
    expect(both.read({ traceparent: `42-${TRACE}-${SPAN}-01-more` })).toMatchObject({ traceId: TRACE, sampled: true });
  });

  it('is a decision alone, when nothing else is said', () => {
    expect(both.read({ b3: '0' })).toMatchObject({ traceId: '', sampled: false });
    expect(both.read({ 'x-b3-flags': '1' })).toMatchObject({ traceId: '', sampled: true, debug: true });
    expect(both.read({ 'x-b3-sampled': 'true' })).toMatchObject({ sampled: true });
  });

  it('is the first format of the list that is valid', () => {
    const other = 'b'.repeat(32);
    const headers = { 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN, traceparent: `00-${other}-${SPAN}-01` };
    expect(both.read(headers)?.traceId).toBe(TRACE);
    expect(new Propagation(['w3c', 'b3']).read(headers)?.traceId).toBe(other);
    expect(both.read({ ...headers, 'x-b3-traceid': 'nonsense' })?.traceId).toBe(other);
    expect(new Propagation(['w3c']).read({ 'x-b3-traceid': TRACE, 'x-b3-spanid': SPAN })).toBeUndefined();
  });

  it('passes on what vendors put into tracestate, unless it is too much', () => {
    const traceparent = `00-${TRACE}-${SPAN}-01`;
    const state = (tracestate: string | string[]): string | undefined => both.read({ traceparent, tracestate })?.state;
    expect(state('congo=t61rcWkgMzE,rojo=00f067aa0ba902b7')).toBe('congo=t61rcWkgMzE,rojo=00f067aa0ba902b7');
    expect(state(['a=1', 'b=2'])).toBe('a=1,b=2');
    expect(state(`a=${'x'.repeat(10_000)}`)).toBe('');
    expect(state(Array.from({ length: 33 }, (_, index) => `k${index}=1`))).toBe('');
    expect(state('a=\u00e9')).toBe('');
    const context = new TraceContext({ traceId: TRACE, spanId: SPAN, sampled: true, state: 'a=1' });
    expect(both.headersOf(context)['tracestate']).toBe('a=1');
  });
});
