import type { GaugeRecorder, Invocation } from '@ts-chassis/core';
import type { CallRecorder, Outcome } from './call-recorder.js';
import { receivedMethod } from './http-method.js';
import type { Instruments } from './instruments.js';
import { StatusSeries } from './status-series.js';

/** What the requests of one operation on one listener have in common. */
export interface ServedRoute {
  /** That of the route; of what matches no route `_OTHER`. */
  readonly method: string;
  readonly route: string;
  readonly scheme: string;
}

interface MethodSeries {
  readonly active: GaugeRecorder;
  readonly duration: StatusSeries;
}

/** Records the requests of one operation that came over HTTP. */
export class HttpServerCalls implements CallRecorder {
  #own: MethodSeries | undefined;
  /** For requests of another method than the route's. */
  readonly #others = new Map<string, MethodSeries>();

  constructor(
    private readonly instruments: Instruments,
    private readonly served: ServedRoute,
  ) {}

  begin(invocation: Invocation): void {
    this.#find(invocation).active.add(1);
  }

  end(invocation: Invocation, durationMs: number, outcome: Outcome): void {
    const { active, duration } = this.#find(invocation);
    active.add(-1);
    const failed = outcome instanceof Error;
    const status = invocation.source.statusOf?.(outcome) ?? 0;
    // a failure of the client's is none of the server's; one below 400 broke off an answer that had begun
    const errorType = failed && (status >= 500 || status < 400) ? outcome.kind : '';
    duration.of(status, errorType).record(durationMs / 1000);
  }

  #find(invocation: Invocation): MethodSeries {
    const own = this.served.method;
    const method = receivedMethod(invocation, own);
    if (method === own) return (this.#own ??= this.#seriesOf(own));
    let series = this.#others.get(method);
    if (!series) this.#others.set(method, (series = this.#seriesOf(method)));
    return series;
  }

  #seriesOf(method: string): MethodSeries {
    const { route, scheme } = this.served;
    const common = { http_request_method: method, url_scheme: scheme };
    return {
      active: this.instruments.httpServerActive.bind(common),
      duration: new StatusSeries((status, errorType) =>
        this.instruments.httpServer.bind({
          ...{ ...common, http_route: route },
          ...{ http_response_status_code: status, error_type: errorType },
        }),
      ),
    };
  }
}
