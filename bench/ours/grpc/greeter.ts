/** The greeter of the peers as a contract, for the same `.proto`. */
import { Arg, Field, Returns, Schema } from '@ts-chassis/core';
import { Rpc } from '@ts-chassis/grpc';
import { greetingOf, receiptOf } from '../../peers/grpc/greeter.js';

export class HelloReply {
  @Field() message!: string;
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

export class Receipt {
  @Field() reference!: string;
  @Field() currency!: string;
  @Field({ integer: true }) quantity!: number;
  @Field() total!: number;
}

@Schema({ id: 'greeter' })
export class Greeter {
  @Rpc({ service: 'helloworld.Greeter', method: 'SayHello' })
  @Returns(HelloReply)
  async sayHello(@Arg('name', { maxLength: 100 }) name: string): Promise<HelloReply> {
    return greetingOf(name);
  }

  @Rpc({ service: 'helloworld.Greeter', method: 'Place' })
  @Returns(Receipt)
  async place(
    @Arg('reference', { pattern: '^[A-Z]{2}-[0-9]{6}$' }) reference: string,
    @Arg('customer') _customer: Customer,
    @Arg('currency', { enum: ['EUR', 'USD', 'GBP'] }) currency: string,
    @Arg('express') _express: boolean,
    @Arg('items', { type: [Item], minItems: 1, maxItems: 50 }) items: Item[],
    @Arg('note', { maxLength: 1000 }) _note: string,
  ): Promise<Receipt> {
    return receiptOf({ reference, currency, items }) as Receipt;
  }

  @Rpc({ service: 'helloworld.Greeter', method: 'List' })
  @Returns(HelloReply, { stream: true })
  async *list(@Arg('count', { integer: true, minimum: 0, maximum: 100_000 }) count: number): AsyncIterable<HelloReply> {
    for (let sent = 1; sent <= count; sent += 1) yield greetingOf(`reader ${sent}`);
  }
}
