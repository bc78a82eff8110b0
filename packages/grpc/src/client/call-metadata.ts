import {
  CALLER_HEADER,
  ChassisError,
  CONTEXT_HEADER,
  HeaderMap,
  TIMEOUT_HEADER,
  writePropagation,
  type Invocation,
} from '@ts-chassis/core';
import { Metadata } from '@grpc/grpc-js';
import type { HeaderArguments } from './header-arguments.js';

/** Of the connection or of another message, or written by the transport itself. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  ...[CALLER_HEADER, CONTEXT_HEADER, TIMEOUT_HEADER],
  ...['accept-encoding', 'connection', 'content-encoding', 'content-length', 'content-type', 'expect', 'host'],
  ...['keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'user-agent'],
]);
const GRPC_PREFIX = 'grpc-';
const BINARY_SUFFIX = '-bin';
/** What `grpc-timeout` has room for: eight digits. */
const LONGEST_DIGITS_MS = 99_999_999;

/** Metadata of one call. grpc-js copies what it is given at every layer, lest the caller changes it; nobody else has this one. */
class OwnMetadata extends Metadata {
  override clone(): Metadata {
    return this;
  }
}

/** Writes what a call says besides its message. */
export class CallMetadata {
  /** The caller and its context as text while nothing travels with it: the same for nearly every call. */
  #service = '';
  #bareContext = '';

  /**
   * The headers of the invocation, those arguments that are headers, and what the callee shall know: caller, propagated context, remaining time.
   *
   * @param elapsedMs - `clock.elapsed()` now
   * @throws ChassisError `ARGUMENT_INVALID` for what metadata cannot carry
   */
  of(invocation: Invocation, headerArguments: HeaderArguments | undefined, elapsedMs: number): Metadata {
    const metadata = new OwnMetadata();
    headerArguments?.write(invocation.args, (name, value) => put(metadata, invocation, { name, value }));
    if (invocation.headers !== HeaderMap.empty) addOwn(metadata, invocation, headerArguments?.names);
    if (invocation.context.size === 0 && !invocation.headers.has(CONTEXT_HEADER)) this.#addBare(metadata, invocation);
    else this.#addAll(metadata, invocation, elapsedMs);
    if (invocation.deadline !== Infinity) addTimeout(metadata, invocation.deadline - elapsedMs);
    return metadata;
  }

  #addBare(metadata: Metadata, invocation: Invocation): void {
    const { service } = invocation.source;
    if (service !== this.#service) {
      this.#bareContext = writePropagation(invocation, service, 0)[CONTEXT_HEADER]!;
      this.#service = service;
    }
    metadata.set(CALLER_HEADER, service);
    metadata.set(CONTEXT_HEADER, this.#bareContext);
  }

  #addAll(metadata: Metadata, invocation: Invocation, elapsedMs: number): void {
    const propagated = writePropagation(invocation, invocation.source.service, elapsedMs);
    metadata.set(CALLER_HEADER, propagated[CALLER_HEADER]!);
    metadata.set(CONTEXT_HEADER, propagated[CONTEXT_HEADER]!);
  }
}

/** Both in gRPC's form and in that of other transports. The time that is over already is the shortest that can be said. */
function addTimeout(metadata: Metadata, leftMs: number): void {
  const ms = Math.max(0, Math.ceil(leftMs));
  metadata.set(TIMEOUT_HEADER, String(ms));
  metadata.set('grpc-timeout', ms > LONGEST_DIGITS_MS ? `${wholeSeconds(ms)}S` : `${Math.max(1, ms)}m`);
}

function wholeSeconds(ms: number): number {
  return Math.min(LONGEST_DIGITS_MS, Math.ceil(ms / 1000));
}

/** @param taken - names that arguments stand for, where they are given */
function addOwn(metadata: Metadata, invocation: Invocation, taken?: ReadonlySet<string>): void {
  const { record } = invocation.headers;
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value === undefined || isReserved(name) || (taken?.has(name) && metadata.get(name).length > 0)) continue;
    if (typeof value === 'string') put(metadata, invocation, { name, value });
    else for (const item of value) put(metadata, invocation, { name, value: item });
  }
}

/** Whether the transport, not the program, says what stands in a header. */
function isReserved(name: string): boolean {
  return NEVER_SENT.has(name) || name.startsWith(GRPC_PREFIX) || name.startsWith(':');
}

function put(
  metadata: Metadata,
  invocation: Invocation,
  { name, value }: { readonly name: string; readonly value: string },
): void {
  try {
    metadata.add(name, name.endsWith(BINARY_SUFFIX) ? Buffer.from(value, 'base64') : value);
  } catch {
    const message = `${invocation.operation.id}: header "${name}": gRPC carries names of a-z, 0-9, "-", "_" and "." with printable ASCII; bytes go as base64 under a name that ends in "-bin"`;
    throw new ChassisError('INVALID_ARGUMENT', message, { code: 'ARGUMENT_INVALID' });
  }
}
