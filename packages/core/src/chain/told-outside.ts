import { ChassisError } from '../errors/chassis-error.js';
import type { Invocation } from '../invocation/invocation.js';
import type { Logger } from '../telemetry/logger.js';

/** Their messages name addresses, keys and files of the inside. */
const OF_THE_INSIDE: ReadonlySet<string> = new Set(['CALL_FAILED', 'TLS_INVALID']);

/** What core and plug-ins say of registries: it names their addresses and accounts. */
const OF_REGISTRIES = 'REGISTRY_';

/**
 * What the caller of an operation learns when a call that it made failed on the way: whom the listener does not trust, that it did and when to try
 * again; the log has the rest. A failure that a service behind passes on is one of the inside too.
 */
export function toldOutside(error: ChassisError, { operation, source }: Invocation, logger: Logger): ChassisError {
  const { kind, code, retryAfterMs } = error;
  if (source.trusted || !(OF_THE_INSIDE.has(code) || code.startsWith(OF_REGISTRIES))) return error;
  logger.warn('a service that an operation depends on cannot be reached', {
    ...{ operation: operation.id, listener: source.listener, error },
  });
  return ChassisError.withoutStack(kind, `${operation.id}: a service it depends on cannot be reached`, {
    ...{ code, cause: error },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}
