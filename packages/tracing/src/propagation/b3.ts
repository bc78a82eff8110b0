import { TraceContext, type TraceContextParts } from '../span/trace-context.js';
import { isId } from './hex.js';
import type { HeaderRecord, MutableHeaders, TraceFormat } from './trace-format.js';

const TRACE = 'x-b3-traceid';
const SPAN = 'x-b3-spanid';
const PARENT = 'x-b3-parentspanid';
const SAMPLED = 'x-b3-sampled';
const FLAGS = 'x-b3-flags';
const SINGLE = 'b3';
/** 32 + 1 + 16 + 1 + 1 + 1 + 16. */
const LONGEST_SINGLE = 68;

/** Zipkin's headers: reads one or several, writes several. */
export const b3Multi: TraceFormat = { read, write: writeMulti };

/** Zipkin's headers: reads one or several, writes one. */
export const b3Single: TraceFormat = { read, write: writeSingle };

/** The one header wins over the several, as its specification has it. */
function read(headers: HeaderRecord): TraceContext | undefined {
  const single = headers[SINGLE];
  if (typeof single === 'string') {
    const context = readSingle(single);
    if (context) return context;
  }
  return readMulti(headers);
}

function readMulti(headers: HeaderRecord): TraceContext | undefined {
  const traceId = headers[TRACE];
  const sampled = headers[SAMPLED];
  const flags = headers[FLAGS];
  if (traceId === undefined && sampled === undefined && flags === undefined) return undefined;
  const debug = flags === '1';
  const decision = debug || decisionOf(sampled);
  if (traceId === undefined) return decision === undefined ? undefined : decided(decision, debug);
  return contextOf({ traceId, spanId: headers[SPAN], parentId: headers[PARENT], sampled: decision, debug });
}

function readSingle(text: string): TraceContext | undefined {
  if (text.length > LONGEST_SINGLE) return undefined;
  const parts = text.split('-');
  if (parts.length === 1) return readDecision(text);
  if (parts.length > 4) return undefined;
  const [traceId, spanId, decision, parentId] = parts;
  const debug = decision === 'd';
  const sampled = debug || decisionOf(decision);
  if (decision !== undefined && sampled === undefined) return undefined;
  return contextOf({ traceId, spanId, parentId, sampled, debug });
}

function readDecision(text: string): TraceContext | undefined {
  if (text === 'd') return decided(true, true);
  return text === '0' || text === '1' ? decided(text === '1', false) : undefined;
}

function decided(sampled: boolean, debug: boolean): TraceContext {
  return new TraceContext({ traceId: '', spanId: '', sampled, debug });
}

/** `true` and `false` are of the first version. */
function decisionOf(value: unknown): boolean | undefined {
  if (value === '1' || value === 'true') return true;
  return value === '0' || value === 'false' ? false : undefined;
}

type Received = { readonly [K in 'traceId' | 'spanId' | 'parentId']: unknown } & {
  readonly sampled: boolean | undefined;
  readonly debug: boolean;
};

function contextOf({ traceId, spanId, parentId, sampled, debug }: Received): TraceContext | undefined {
  if (typeof traceId !== 'string' || !(isId(traceId, 32) || isId(traceId, 16))) return undefined;
  if (typeof spanId !== 'string' || !isId(spanId, 16)) return undefined;
  const parts: TraceContextParts = { traceId, spanId, sampled, debug };
  if (typeof parentId !== 'string' || !isId(parentId, 16)) return new TraceContext(parts);
  return new TraceContext({ ...parts, parentId });
}

function writeMulti(context: TraceContext, headers: MutableHeaders): void {
  headers[TRACE] = context.traceId;
  headers[SPAN] = context.spanId;
  if (context.parentId !== undefined) headers[PARENT] = context.parentId;
  // the debug flag implies the decision, and the specification wants the one in the place of the other
  if (context.debug) headers[FLAGS] = '1';
  else if (context.sampled !== undefined) headers[SAMPLED] = context.sampled ? '1' : '0';
}

function writeSingle(context: TraceContext, headers: MutableHeaders): void {
  const decision = context.debug ? '-d' : context.sampled === undefined ? '' : context.sampled ? '-1' : '-0';
  const parent = decision === '' || context.parentId === undefined ? '' : `-${context.parentId}`;
  headers[SINGLE] = `${context.traceId}-${context.spanId}${decision}${parent}`;
}
