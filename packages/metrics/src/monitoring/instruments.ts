import type { GaugeRecorder, Instrument, Meter } from '@ts-chassis/core';

/** What calls are recorded in under the names of OpenTelemetry's semantic conventions. */
export interface Instruments {
  readonly httpServer: Instrument;
  readonly httpServerActive: Instrument<GaugeRecorder>;
  readonly httpClient: Instrument;
  readonly rpcServer: Instrument;
  readonly rpcClient: Instrument;
}

const HTTP = ['http_request_method', 'http_response_status_code', 'error_type'];
const RPC = ['rpc_system_name', 'rpc_method', 'rpc_response_status_code', 'error_type'];

/**
 * Names of the conventions as Prometheus spells them: dots become underscores, the unit stands at the end (HTTP metrics, stable; RPC metrics,
 * release candidate; compatibility with Prometheus).
 */
export function instrumentsOf(meter: Meter): Instruments {
  return {
    httpServer: meter.histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Duration of HTTP server requests.',
      labels: [...HTTP, 'http_route', 'url_scheme'],
    }),
    httpServerActive: meter.gauge({
      name: 'http_server_active_requests',
      help: 'Number of active HTTP server requests.',
      labels: ['http_request_method', 'url_scheme'],
    }),
    httpClient: meter.histogram({
      name: 'http_client_request_duration_seconds',
      help: 'Duration of HTTP client requests, one for each try.',
      labels: [...HTTP, 'server_address', 'url_template'],
    }),
    rpcServer: meter.histogram({
      name: 'rpc_server_call_duration_seconds',
      help: 'Duration of incoming calls over protocols other than HTTP.',
      labels: RPC,
    }),
    rpcClient: meter.histogram({
      name: 'rpc_client_call_duration_seconds',
      help: 'Duration of outgoing calls over protocols other than HTTP, one for each try.',
      labels: [...RPC, 'server_address'],
    }),
  };
}
