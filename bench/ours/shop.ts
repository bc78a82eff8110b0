/** The shop of the peers, in this framework's words: the contract both sides share, and its provider. */
import {
  Field,
  type Invocation,
  type Next,
  type Reply,
  Handler,
  Returns,
  Schema,
  type ChainHandler,
} from '@ts-chassis/core';
import { Body, Get, HttpCode, Param, Post, Query } from '@ts-chassis/rest';

export class User {
  @Field({ integer: true }) id!: number;
  @Field({ integer: true }) limit!: number;
  @Field() name!: string;
  @Field() active!: boolean;
}

class Customer {
  @Field({ minLength: 1, maxLength: 100 }) name!: string;
  @Field({ minLength: 3, maxLength: 200 }) email!: string;
}

class Item {
  @Field({ minLength: 1, maxLength: 32 }) sku!: string;
  @Field({ integer: true, minimum: 1, maximum: 1000 }) quantity!: number;
  @Field({ minimum: 0 }) price!: number;
}

class Order {
  @Field({ pattern: '^[A-Z]{2}-[0-9]{6}$' }) reference!: string;
  @Field() customer!: Customer;
  @Field({ enum: ['EUR', 'USD', 'GBP'] }) currency!: string;
  @Field() express!: boolean;
  @Field({ type: [Item], minItems: 1, maxItems: 50 }) items!: Item[];
  @Field({ maxLength: 1000 }) note!: string;
}

class Receipt {
  @Field() reference!: string;
  @Field() currency!: string;
  @Field({ integer: true }) quantity!: number;
  @Field() total!: number;
}

@Schema({ id: 'users', path: '/users' })
export class Users {
  @Get('/:id')
  @Returns(User)
  async find(
    @Param('id', { integer: true, minimum: 1, maximum: 1_000_000 }) id: number,
    @Query('limit', { integer: true, minimum: 1, maximum: 100 }) limit: number,
  ): Promise<User> {
    return { id, limit, name: `user ${id}`, active: true };
  }
}

@Schema({ id: 'orders', path: '/orders' })
export class Orders {
  @Post()
  @HttpCode(201)
  @Returns(Receipt)
  async place(@Body() order: Order): Promise<Receipt> {
    let quantity = 0;
    let total = 0;
    for (const item of order.items) {
      quantity += item.quantity;
      total += item.quantity * item.price;
    }
    return { reference: order.reference, currency: order.currency, quantity, total };
  }
}

/** Waits for the outcome and reads its value, as an audit or a cache does. */
@Handler('read-value', { side: 'provider', everywhere: true })
export class ValueReader implements ChainHandler {
  answered = 0;

  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    const reply = await next(invocation);
    if (reply.value !== undefined) this.answered += 1;
    return reply;
  }
}

/** A second one, of another kind, after the arguments are bound. */
@Handler('read-value-of-bound', { side: 'provider', after: 'bind', everywhere: true })
export class BoundValueReader implements ChainHandler {
  largest = 0;

  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    const reply = await next(invocation);
    const count = Object.keys(reply.value as object).length;
    if (count > this.largest) this.largest = count;
    return reply;
  }
}
