import type { Instrument, Invocation, MeterLabels, Recorder, ServiceIdentity } from '@ts-chassis/core';
import type { PrometheusMeter } from '../meter/prometheus-meter.js';
import type { CallRecorder, Outcome } from './call-recorder.js';
import { isServerFailure } from './rpc-calls.js';

const LABELS = ['service', 'instance', 'version', 'app', 'env', 'API', 'method'];

/** The instruments of go-chassis's handler `monitoring`. */
export interface GoChassisInstruments {
  readonly requests: Instrument;
  readonly durations: Instrument;
  readonly errors: Instrument;
}

/** Names, units and labels are go-chassis's, so that its dashboards go on working. */
export function goChassisInstrumentsOf(meter: PrometheusMeter): GoChassisInstruments {
  return {
    requests: meter.counter({ name: 'scb_request_count', help: 'Requests served.', labels: LABELS }),
    durations: meter.summary({
      name: 'scb_request_process_duration',
      help: 'Duration of requests in milliseconds.',
      labels: LABELS,
    }),
    errors: meter.counter({
      name: 'scb_error_response_count',
      help: 'Requests answered with a failure of the server (500 and above).',
      labels: [...LABELS, 'code'],
    }),
  };
}

/** Records the requests of one operation as go-chassis does. */
export class GoChassisCalls implements CallRecorder {
  #count: Recorder | undefined;
  #duration: Recorder | undefined;
  readonly #errors = new Map<string, Recorder>();

  constructor(
    private readonly instruments: GoChassisInstruments,
    private readonly labels: MeterLabels,
  ) {}

  begin(): void {
    (this.#count ??= this.instruments.requests.bind(this.labels)).record(1);
  }

  end({ source }: Invocation, durationMs: number, outcome: Outcome): void {
    (this.#duration ??= this.instruments.durations.bind(this.labels)).record(durationMs);
    if (!(outcome instanceof Error)) return;
    const status = source.statusOf?.(outcome);
    // a protocol without such statuses says the kind
    const isHttp = status !== undefined && status >= 100;
    if (isHttp ? status < 500 : !isServerFailure(outcome.kind)) return;
    this.#error(isHttp ? String(status) : outcome.kind).record(1);
  }

  #error(code: string): Recorder {
    let series = this.#errors.get(code);
    if (!series) this.#errors.set(code, (series = this.instruments.errors.bind({ ...this.labels, code })));
    return series;
  }
}

/** The labels of an operation; what matches no route is go-chassis's `default`. */
export function goChassisLabels(
  { service, version, app, environment }: ServiceIdentity,
  called: { readonly instance: string; readonly api: string; readonly method: string },
): MeterLabels {
  const { instance, api, method } = called;
  return { service, instance, version, app, env: environment, API: api, method };
}
