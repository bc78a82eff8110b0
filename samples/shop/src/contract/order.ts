import { Field } from '@ts-chassis/core';
import { ISBN_PATTERN } from './book.js';

export class NewOrder {
  @Field({ pattern: ISBN_PATTERN, example: '9780262033848' }) isbn!: string;
  @Field({ integer: true, minimum: 1, maximum: 100, example: 2 }) quantity!: number;
}

export class Order extends NewOrder {
  @Field({ format: 'uuid' }) id!: string;
  @Field() title!: string;
  @Field({ description: 'of one book, in euros, as the catalog says' }) unitPrice!: number;
  @Field({ description: 'in per cent' }) discount!: number;
  @Field({ description: 'to pay, in euros, discount taken off' }) price!: number;
  @Field({ format: 'date-time' }) placedAt!: string;
}
