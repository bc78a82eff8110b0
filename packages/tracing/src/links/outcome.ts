import { ChassisError, redact, type ErrorKind } from '@ts-chassis/core';
import type { RecordedSpan } from '../span/recorded-span.js';

/** Failures that are ours rather than the caller's (OpenTelemetry: span status of servers). */
const OURS: ReadonlySet<ErrorKind> = new Set([
  ...(['UNKNOWN', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'] as const),
]);

/** Protocols whose operations may have a route all the same. */
const NOT_HTTP = /^(?:grpc|in-process)/;

/** Whether HTTP's words fit a call over a protocol or a listener. */
export function speaksHttp(protocol: string): boolean {
  return !NOT_HTTP.test(protocol);
}

const GRPC = /^grpc(?:-|$)/;

/** The tag for the status of a call over a protocol or a listener, in OpenTelemetry's words: the numbers of gRPC are not those of HTTP. */
export function statusTag(protocol: string): string {
  return GRPC.test(protocol) ? 'rpc.grpc.status_code' : 'http.status_code';
}

/** The status of a success where its reply says none. */
export function plainStatus(protocol: string): number | undefined {
  return GRPC.test(protocol) ? 0 : undefined;
}

/** Whether a failure is one of the service that failed: a refusal of a bad request is none. */
export function isOurs(error: unknown, status: number | undefined): boolean {
  // a status below 400 had left before a stream broke
  return status === undefined || status < 400 ? OURS.has(ChassisError.from(error).kind) : status >= 500;
}

/** Writes a failure on a span, in OpenTracing's words. */
export function writeFailure(span: RecordedSpan, error: unknown, isFault: boolean): void {
  const failure = ChassisError.from(error);
  span.setTag('error.kind', failure.kind);
  if (failure.code !== failure.kind) span.setTag('error.code', failure.code);
  if (!isFault) return;
  span.setTag('error', true);
  span.log({ event: 'error', 'error.kind': failure.kind, message: redact(messageOf(failure)) as string });
}

/** Of what hides behind "internal error" the collector may know more than the caller. */
function messageOf(failure: ChassisError): string {
  return failure.kind === 'INTERNAL' && failure.cause instanceof Error ? failure.cause.message : failure.message;
}
