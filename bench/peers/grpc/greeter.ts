/** What the greeter does, for all peers alike, and the calls that they are measured by. */
import { join } from 'node:path';
import { load, type Type } from 'protobufjs';

// compiled to bench/dist/peers/grpc
export const protoFile = join(__dirname, '..', '..', '..', 'peers', 'grpc', 'greeter.proto');

export interface Order {
  readonly reference: string;
  readonly currency: string;
  readonly items: readonly { readonly sku: string; readonly quantity: number; readonly price: number }[];
}

export function greetingOf(name: string): { message: string } {
  return { message: `Hello ${name}` };
}

export function receiptOf({ reference, currency, items }: Order): object {
  let quantity = 0;
  let total = 0;
  for (const item of items) {
    quantity += item.quantity;
    total += item.quantity * item.price;
  }
  return { reference, currency, quantity, total };
}

/** Coded by protobufjs, as grpc-js's loader does it too. */
export interface Messages {
  readonly hello: Type;
  readonly helloReply: Type;
  readonly list: Type;
  readonly order: Type;
  readonly receipt: Type;
}

export async function loadMessages(): Promise<Messages> {
  const root = await load(protoFile);
  const type = (name: string): Type => root.lookupType(`helloworld.${name}`);
  return {
    hello: type('HelloRequest'),
    helloReply: type('HelloReply'),
    list: type('ListRequest'),
    order: type('Order'),
    receipt: type('Receipt'),
  };
}
