/**
 * Ends some of the calls with a failure.
 *
 * @example
 * ```ts
 * const abort: AbortFault = { percent: 5, httpStatus: 503 };
 * ```
 */
export interface AbortFault {
  /** How many of a hundred calls; fractions count. Default 0. */
  readonly percent?: number;
  /** The status they end with, 200 to 599; its kind is what breakers and retries see. */
  readonly httpStatus?: number;
  /** The same as a gRPC code, 1 to 16; wins over `httpStatus`. */
  readonly grpcCode?: number;
  /** Ends them with an empty result instead of a failure (`fallbackType: ReturnNull` of the Java spelling). Default false. */
  readonly returnNull?: boolean;
}

/**
 * Holds some of the calls up.
 *
 * @example
 * ```ts
 * const delay: DelayFault = { percent: 20, fixedDelayMs: 300 };
 * ```
 */
export interface DelayFault {
  /** How many of a hundred calls; fractions count. Default 0. */
  readonly percent?: number;
  /** For how long, in milliseconds. */
  readonly fixedDelayMs?: number;
}

/**
 * What is injected into calls over one protocol.
 *
 * @example
 * ```ts
 * const faults: ProtocolFaults = { delay: { percent: 20, fixedDelayMs: 300 }, abort: { percent: 5, httpStatus: 503 } };
 * ```
 */
export interface ProtocolFaults {
  readonly abort?: AbortFault;
  readonly delay?: DelayFault;
}

/**
 * Faults to inject: for any protocol, and by protocol, which wins field by field.
 *
 * @example
 * ```ts
 * const fields: FaultInjectionFields = { enabled: true, abort: { percent: 5, httpStatus: 503 }, delay: {}, protocols: {} };
 * ```
 */
export interface FaultInjectionFields {
  /** Default true; false leaves everything else written and injects nothing. */
  readonly enabled: boolean;
  readonly abort: AbortFault;
  readonly delay: DelayFault;
  /** By protocol: `rest`, `grpc`, `in-process`. */
  readonly protocols: Readonly<Record<string, ProtocolFaults>>;
}
