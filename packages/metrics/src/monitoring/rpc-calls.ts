import { type ErrorKind, type Invocation, type Operation, type Recorder } from '@ts-chassis/core';
import type { CallRecorder, Outcome } from './call-recorder.js';

/** What of a server's answers means that the server failed, rather than its caller (OpenTelemetry, conventions for gRPC). */
const SERVER_FAILURES: ReadonlySet<ErrorKind> = new Set([
  ...(['UNKNOWN', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED'] as const),
  ...(['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'] as const),
]);

/** Records the calls of one operation over a protocol other than HTTP, by the kind they ended with. */
export class RpcCalls implements CallRecorder {
  #success: Recorder | undefined;
  readonly #failures = new Map<ErrorKind, Recorder>();

  /** @param bind - makes the series of a status and a sort of failure, empty for none */
  constructor(
    private readonly side: 'server' | 'client',
    private readonly bind: (status: string, errorType: string) => Recorder,
  ) {}

  begin(): void {}

  end(_invocation: Invocation, durationMs: number, outcome: Outcome): void {
    const series = outcome instanceof Error ? this.#failure(outcome.kind) : (this.#success ??= this.bind('OK', ''));
    series.record(durationMs / 1000);
  }

  #failure(kind: ErrorKind): Recorder {
    let series = this.#failures.get(kind);
    if (!series) this.#failures.set(kind, (series = this.bind(kind, this.#errorType(kind))));
    return series;
  }

  #errorType(kind: ErrorKind): string {
    return this.side === 'client' || isServerFailure(kind) ? kind : '';
  }
}

/** Whether a kind of failure is the server's own. */
export function isServerFailure(kind: ErrorKind): boolean {
  return SERVER_FAILURES.has(kind);
}

/** The full name of a method: `{service}/{method}`. */
export function rpcMethodOf({ rpc, schema, name }: Operation): string {
  return rpc ? `${rpc.service}/${rpc.method}` : `${schema.id}/${name}`;
}
