import { duration } from '../duration.js';
import { defineSection } from '../section.js';

/**
 * One listener: `servicecomb.protocols.{name}`, name `{protocol}` or `{protocol}-{suffix}`.
 *
 * @example
 * ```ts
 * for (const name of config.names(ProtocolSection)) console.log(name, config.section(ProtocolSection, name).listenAddress);
 * ```
 */
export interface ProtocolValues {
  /** `host:port`; empty: `advertiseAddress`, else the loopback address and the protocol's own port. */
  readonly listenAddress: string;
  readonly advertiseAddress: string;
  readonly trust: 'peers' | 'mtls' | 'none';
  readonly workerNumber: number;
  readonly transport: string;
  readonly cors: CorsValues;
}

/**
 * Cross-origin rules of a listener: `servicecomb.protocols.{name}.cors`.
 *
 * @example
 * ```ts
 * const { allowedDomains } = config.section(ProtocolSection, 'rest').cors;
 * ```
 */
export interface CorsValues {
  readonly enable: boolean;
  readonly exposeHeaders: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly allowedDomains: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly cookiesAllowed: boolean;
  /** Milliseconds; go-chassis writes seconds. */
  readonly maxAge: number;
}

const list = (description: string): object => ({ type: 'array', items: { type: 'string' }, default: [], description });

/**
 * The section of {@link ProtocolValues}.
 *
 * @example
 * ```ts
 * const rest = config.section(ProtocolSection, 'rest');
 * ```
 */
export const ProtocolSection = defineSection<ProtocolValues>({
  key: 'servicecomb.protocols.*',
  live: false,
  description: 'The listeners, by name: `{protocol}` or `{protocol}-{suffix}`, such as `rest` and `rest-admin`.',
  schema: {
    type: 'object',
    properties: {
      listenAddress: {
        type: 'string',
        default: '',
        description:
          '`host:port`, port 0 for a free one; empty for `advertiseAddress`, else 127.0.0.1 and 5000 (rest) or 7000 (others).',
      },
      advertiseAddress: {
        type: 'string',
        default: '',
        description: '`host:port` that is registered in the place of the listened one; host names are allowed.',
      },
      trust: {
        enum: ['peers', 'mtls', 'none'],
        default: 'none',
        description:
          'Whose caller, mark, context and deadline headers are believed: all who reach the listener, those with a verified certificate, nobody.',
      },
      workerNumber: { type: 'integer', default: 0, minimum: 0, description: 'Accepted and without effect.' },
      transport: { type: 'string', default: '', description: 'Accepted and without effect.' },
      cors: {
        type: 'object',
        properties: {
          enable: { type: 'boolean', default: false, description: 'Answer cross-origin requests.' },
          exposeHeaders: list('Headers that scripts may read.'),
          allowedHeaders: list('Headers that scripts may send.'),
          allowedDomains: list('Origins that are allowed.'),
          allowedMethods: list('Methods that are allowed.'),
          cookiesAllowed: { type: 'boolean', default: false, description: 'Whether credentials are allowed.' },
          maxAge: duration({
            default: 0,
            unit: 's',
            description: 'How long a preflight answer may be kept; bare numbers are seconds.',
          }),
        },
      },
    },
  },
});
