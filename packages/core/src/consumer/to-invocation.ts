import type { Clock } from '../clock/clock.js';
import { parseEndpoint, type Endpoint } from '../endpoint/endpoint.js';
import { ambientInvocation } from '../invocation/ambient.js';
import { HeaderMap } from '../invocation/header-map.js';
import { Invocation, type InvocationSource } from '../invocation/invocation.js';
import { CALLER_HEADER, CONTEXT_HEADER, TIMEOUT_HEADER } from '../invocation/propagation.js';
import { PropagatedContext } from '../invocation/propagated-context.js';
import type { Operation } from '../schema/operation.js';
import { silentSpan } from '../telemetry/tracer.js';
import { TargetListener, type CallOptions } from './call-options.js';
import type { CallTarget } from './call-target.js';
import type { ConsumerSettings } from './consumer-section.js';
import { grantedMs } from './granted-ms.js';
import { IN_PROCESS, inProcessEndpoint } from './in-process.js';

/**
 * What a received request says about its sender and its message. Never sent on, whatever `forwardHeaders` names: a client that is not believed
 * would speak as this service (caller, context, deadline), and the rest is not true of another message (RFC 9110, 7.6.1).
 */
const NEVER_FORWARDED: ReadonlySet<string> = new Set([
  ...[CALLER_HEADER, CONTEXT_HEADER, TIMEOUT_HEADER],
  ...['accept-encoding', 'connection', 'content-encoding', 'content-length', 'content-type', 'expect', 'host'],
  ...['keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade'],
]);

interface Call {
  readonly target: CallTarget;
  readonly args: readonly unknown[];
  readonly options: CallOptions;
}

interface Caller {
  readonly clock: Clock;
  /** On this side the source is we ourselves, the same for every call. */
  readonly source: InvocationSource;
  readonly settings: ConsumerSettings;
  readonly listener: string;
  /** Whether a handler ends calls at go-chassis's timeout. */
  readonly isTimed: boolean;
}

/** Turns a call into an invocation: what it inherits from the invocation it is made in, and what its options say. */
export function toInvocation(
  { target, args, options }: Call,
  { clock, source, settings, listener, isTimed }: Caller,
): Invocation {
  const parent = ambientInvocation();
  const limitMs = options.timeoutMs ?? grantedMs(settings, target.service, isTimed);
  const invocation = new Invocation({
    operation: target.operation,
    service: target.service,
    source,
    args,
    parent,
    deadline: Math.min(clock.elapsed() + limitMs, parent?.deadline ?? Infinity),
    replayable: isReplayable(target.operation),
    headers: headersOf(parent, options.headers, settings.forwardHeaders),
    endpoint: listener === IN_PROCESS ? inProcessEndpoint : pinned(options),
    span: parent?.span ?? silentSpan,
    context: parent?.context ?? PropagatedContext.empty,
  });
  invocation.mark = parent?.mark;
  invocation.tags = options.tags;
  invocation.set(TargetListener, listener);
  if (parent) invocation.linkTo(parent);
  if (options.signal) cancelWith(invocation, options.signal);
  return invocation;
}

/** What streams out of an argument is there but once. */
function isReplayable({ parameters }: Operation): boolean {
  for (const { stream, place } of parameters) if (stream !== undefined || place === 'file') return false;
  return true;
}

function headersOf(parent: Invocation | undefined, own: CallOptions['headers'], forward: readonly string[]): HeaderMap {
  let headers = HeaderMap.empty;
  if (parent) {
    for (const name of forward) {
      if (NEVER_FORWARDED.has(name.toLowerCase())) continue;
      const values = parent.headers.all(name);
      if (values.length > 0) headers = headers.with(name, values);
    }
  }
  for (const name in own) headers = headers.with(name, own[name] as string);
  return headers;
}

function pinned({ endpoint }: CallOptions): Endpoint | undefined {
  return endpoint === undefined ? undefined : endpointOf(endpoint);
}

/** An endpoint in either of its forms. */
export function endpointOf(endpoint: Endpoint | string): Endpoint {
  return typeof endpoint === 'string' ? parseEndpoint(endpoint) : endpoint;
}

function cancelWith(invocation: Invocation, signal: AbortSignal): void {
  if (signal.aborted) return invocation.cancel(signal.reason);
  const abort = (): void => invocation.cancel(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  invocation.onUnlink(() => signal.removeEventListener('abort', abort));
}
