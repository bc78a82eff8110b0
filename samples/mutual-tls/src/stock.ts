import {
  createApplication,
  currentInvocation,
  Handler,
  Implements,
  Module,
  PermissionDenied,
  Use,
  type Application,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { rest } from '@ts-chassis/rest';
import { Reservation, Stock } from './contract.js';

const ORDERS = 'spiffe://shop.example/orders';

/** Lets the service `orders` through, by the identity in its certificate, which is verified. */
@Handler('orders-only')
class OrdersOnly implements ChainHandler {
  handle(invocation: Invocation, next: Next): Promise<Reply> {
    const caller = invocation.source.peer?.spiffeId ?? 'nobody';
    if (caller !== ORDERS) throw PermissionDenied(`only ${ORDERS} may reserve, not ${caller}`);
    return next(invocation);
  }
}

@Implements(Stock)
class StockService extends Stock {
  override count(item: string): Promise<number> {
    return Promise.resolve(item.length);
  }

  @Use(OrdersOnly)
  override reserve(item: string): Promise<Reservation> {
    return Promise.resolve({ item, by: currentInvocation().source.peer!.spiffeId! });
  }
}

@Module({ schemas: [StockService], handlers: [OrdersOnly] })
class StockModule {}

export const stockOf = (directory: string): Application =>
  createApplication({ modules: [StockModule], plugins: [rest()], ambient: true, configuration: { directory } });
