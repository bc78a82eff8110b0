import {
  ChassisError,
  Handler,
  Logger,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import type { Order } from '../contract/order.js';

/** Notes who asked for what, over which protocol, and how it ended, for every operation of the service: what comes later in the chain has run by then. */
@Handler('audit', { side: 'provider', after: 'tracing-provider', everywhere: true })
export class AuditHandler implements ChainHandler {
  constructor(private readonly logger: Logger) {}

  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    let outcome = 'ok';
    try {
      const reply = await next(invocation);
      tagOrder(invocation, reply);
      return reply;
    } catch (error) {
      outcome = ChassisError.is(error) ? error.kind : 'UNKNOWN';
      throw error;
    } finally {
      const { operation, source } = invocation;
      const { service, protocol } = source;
      this.logger.info('audit', { operation: operation.id, caller: service || 'someone', protocol, outcome });
    }
  }
}

/** In a trace an order is found by its id: the handler stands after `tracing-provider`, so the span is there. */
function tagOrder({ operation, span }: Invocation, { value }: Reply): void {
  if (operation.schema.id !== 'orders' || Array.isArray(value)) return;
  span.setTag('order.id', (value as Order).id);
}
