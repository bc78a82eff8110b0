import { Field } from '@ts-chassis/core';

/** What an ISBN looks like in this shop. */
export const ISBN_PATTERN = '^[0-9]{13}$';

export class NewBook {
  @Field({ pattern: ISBN_PATTERN, example: '9780262033848' }) isbn!: string;
  @Field({ minLength: 1, maxLength: 200, example: 'Introduction to Algorithms' }) title!: string;
  @Field({ minimum: 0, maximum: 100_000, description: 'in euros', example: 85 }) price!: number;
  @Field({ type: [String], optional: true, maxItems: 10, minLength: 1, maxLength: 40 }) tags?: string[];
}

export class Book extends NewBook {
  @Field({ format: 'date-time', description: 'when the catalog took it in' }) addedAt!: string;
}
