import {
  ChassisError,
  Handler,
  Logger,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';

/** Notes who asked for what and how it ended, for every operation of the service: what comes later in the chain has run by then. */
@Handler('audit', { side: 'provider', after: 'tracing-provider', everywhere: true })
export class AuditHandler implements ChainHandler {
  constructor(private readonly logger: Logger) {}

  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    let outcome = 'ok';
    try {
      return await next(invocation);
    } catch (error) {
      outcome = ChassisError.is(error) ? error.kind : 'UNKNOWN';
      throw error;
    } finally {
      const { operation, source } = invocation;
      this.logger.info('audit', { operation: operation.id, caller: source.service || 'someone', outcome });
    }
  }
}
