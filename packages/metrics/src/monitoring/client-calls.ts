import { protocolOf, type Invocation, type Operation } from '@ts-chassis/core';
import type { CallRecorder, Outcome } from './call-recorder.js';
import { methodLabel } from './http-method.js';
import type { Instruments } from './instruments.js';
import { RpcCalls, rpcMethodOf } from './rpc-calls.js';
import { StatusSeries } from './status-series.js';

/** Records the calls of one operation of one service; over which protocol each went, its endpoint says. */
export class ClientCalls implements CallRecorder {
  readonly #byListener = new Map<string, CallRecorder>();

  constructor(
    private readonly instruments: Instruments,
    private readonly operation: Operation,
    private readonly service: string,
  ) {}

  begin(): void {}

  end(invocation: Invocation, durationMs: number, outcome: Outcome): void {
    const listener = invocation.endpoint?.listener ?? '';
    let recorder = this.#byListener.get(listener);
    if (!recorder) this.#byListener.set(listener, (recorder = this.#recorderFor(protocolOfCall(listener))));
    recorder.end(invocation, durationMs, outcome);
  }

  #recorderFor(protocol: string): CallRecorder {
    const { instruments, operation, service } = this;
    if (protocol === 'rest') return new HttpClientCalls(instruments, operation, service);
    const labels = { rpc_system_name: protocol, rpc_method: rpcMethodOf(operation), server_address: service };
    return new RpcCalls('client', (status, errorType) =>
      instruments.rpcClient.bind({ ...labels, rpc_response_status_code: status, error_type: errorType }),
    );
  }
}

/** What stays in the process has an endpoint of that name, which is no listener's. */
function protocolOfCall(listener: string): string {
  return listener === 'in-process' ? listener : protocolOf(listener);
}

class HttpClientCalls implements CallRecorder {
  readonly #duration: StatusSeries;
  readonly #success: number;

  constructor(instruments: Instruments, { http }: Operation, service: string) {
    this.#success = http?.status ?? 200;
    const labels = {
      http_request_method: methodLabel(http?.method ?? ''),
      server_address: service,
      url_template: http?.path ?? '',
    };
    this.#duration = new StatusSeries((status, errorType) =>
      instruments.httpClient.bind({ ...labels, http_response_status_code: status, error_type: errorType }),
    );
  }

  begin(): void {}

  end(_invocation: Invocation, durationMs: number, outcome: Outcome): void {
    const failed = outcome instanceof Error;
    const status = failed ? repliedStatus(outcome.reply) : (outcome.status ?? this.#success);
    this.#duration.of(status, failed ? outcome.kind : '').record(durationMs / 1000);
  }
}

/** That of the reply behind a failure; 0 when nobody replied. */
function repliedStatus(reply: unknown): number {
  const { status } = (reply ?? {}) as { readonly status?: unknown };
  return typeof status === 'number' ? status : 0;
}
