import { duration } from '../duration.js';
import { defineSection } from '../section.js';

/**
 * Limits of transports, by protocol or by listener: `servicecomb.transport`. Read through {@link transportLimits}, which fills in what a protocol leaves out.
 *
 * @example
 * ```ts
 * const limits = transportLimits(config.section(TransportSection), 'rest');
 * ```
 */
export interface TransportValues {
  readonly maxBodyBytes: Readonly<Record<string, number>>;
  readonly maxHeaderBytes: Readonly<Record<string, number>>;
  /** Milliseconds. */
  readonly timeout: Readonly<Record<string, number>>;
  readonly maxIdleCon: Readonly<Record<string, number>>;
  readonly failure: Readonly<Record<string, readonly string[]>>;
}

/**
 * What holds for one protocol.
 *
 * @example
 * ```ts
 * const { maxBodyBytes }: TransportLimits = transportLimits(values, 'rest');
 * ```
 */
export interface TransportLimits {
  /** Longest body in bytes, 0 for none; default 4 MiB, as gRPC has it (go-chassis: none). */
  readonly maxBodyBytes: number;
  /** Longest block of headers in bytes; default 16 KiB, as Node has it. */
  readonly maxHeaderBytes: number;
  /** Time for one request in milliseconds, 0 for none; default 30 s (go-chassis: none). */
  readonly timeoutMs: number;
  /** Connections kept for each endpoint; default 512. */
  readonly maxIdleConnections: number;
  /** Statuses that breaker and retry count as failures, such as `http_503`; default none. */
  readonly failures: readonly string[];
}

const DEFAULTS: TransportLimits = {
  maxBodyBytes: 4 * 1024 * 1024,
  maxHeaderBytes: 16 * 1024,
  timeoutMs: 30_000,
  maxIdleConnections: 512,
  failures: [],
};

const byProtocol = (schema: object, description: string): object => ({
  type: 'object',
  additionalProperties: schema,
  default: {},
  description,
});

/**
 * The section of {@link TransportValues}.
 *
 * @example
 * ```ts
 * const values = config.section(TransportSection);
 * ```
 */
export const TransportSection = defineSection<TransportValues>({
  key: 'servicecomb.transport',
  live: true,
  description:
    'Limits of transports, by protocol (`rest`, `grpc`) or by listener (`rest-admin`), which then counts for it alone.',
  schema: {
    'x-source': 'go-chassis',
    'x-scope': 'protocol',
    type: 'object',
    properties: {
      maxBodyBytes: byProtocol(
        { type: 'integer', minimum: 0 },
        'Longest body in bytes; 0 for no limit; 4194304 when left out.',
      ),
      maxHeaderBytes: byProtocol(
        { type: 'integer', minimum: 0 },
        'Longest block of headers in bytes; 0 or left out for 16384.',
      ),
      timeout: byProtocol(duration({}), 'Time for one request; 0 for no limit; 30s when left out.'),
      maxIdleCon: byProtocol({ type: 'integer', minimum: 1 }, 'Connections kept for each endpoint; 512 when left out.'),
      failure: byProtocol(
        { type: 'array', items: { type: 'string', pattern: '^[a-z]+_[0-9]{1,3}$' } },
        'Statuses that count as failures for breaker and retry, such as `http_500,http_502`.',
      ),
    },
  },
});

/**
 * What holds for a protocol or a listener, defaults filled in: what is said of the listener, else of its protocol (go-chassis knows protocols only).
 *
 * @param values - the section
 * @param name - `rest`, `grpc`, ... or the name of a listener, `rest-admin`
 *
 * @example
 * ```ts
 * const { timeoutMs } = transportLimits(config.section(TransportSection), 'rest-admin');
 * ```
 */
export function transportLimits(values: TransportValues, name: string): TransportLimits {
  const protocol = name.split('-', 1)[0]!;
  const said = <T>(field: Readonly<Record<string, T>>): T | undefined => field[name] ?? field[protocol];
  return {
    maxBodyBytes: said(values.maxBodyBytes) ?? DEFAULTS.maxBodyBytes,
    maxHeaderBytes: said(values.maxHeaderBytes) || DEFAULTS.maxHeaderBytes,
    timeoutMs: said(values.timeout) ?? DEFAULTS.timeoutMs,
    maxIdleConnections: said(values.maxIdleCon) ?? DEFAULTS.maxIdleConnections,
    failures: said(values.failure) ?? DEFAULTS.failures,
  };
}
