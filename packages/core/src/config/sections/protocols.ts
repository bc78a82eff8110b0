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
  /** The listener whose port it shares; empty for a port of its own. */
  readonly sharedWith: string;
}

/** A key of go-chassis that is checked, and warned of when someone sets it. */
const unused = (schema: object): object => ({
  ...schema,
  'x-unused': true,
  description: 'Accepted and without effect.',
});

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
    'x-source': 'go-chassis',
    'x-scope': 'listener',
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
        'x-source': 'ts-chassis',
        enum: ['peers', 'mtls', 'none'],
        default: 'none',
        description:
          'Whose caller, mark, context and deadline headers are believed: all who reach the listener, those with a verified certificate, nobody.',
      },
      sharedWith: {
        'x-source': 'ts-chassis',
        type: 'string',
        default: '',
        description:
          'Another listener, of another protocol, whose port this one shares: `grpc` that of `rest`. TLS and address are those of that one.',
      },
      workerNumber: unused({ type: 'integer', minimum: 0 }),
      transport: unused({ type: 'string' }),
    },
  },
});
