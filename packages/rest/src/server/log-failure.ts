import type { ChassisError } from '@ts-chassis/core';
import type { Exchange } from './exchange.js';

/** Tells the log what the client is not told. */
export function logFailure(exchange: Exchange, error: ChassisError): void {
  exchange.binding.logger.error('request failed', {
    operation: exchange.route.operation.id,
    listener: exchange.listener,
    error,
  });
}
