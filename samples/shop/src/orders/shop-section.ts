import { defineSection } from '@ts-chassis/core';

/** The shop's own configuration. Declared, so that a wrong value is refused with its file and line, and a misspelt key is noticed. */
export const ShopSection = defineSection<{ readonly discount: number }>({
  key: 'shop',
  live: true,
  description: 'The shop.',
  schema: {
    type: 'object',
    properties: {
      discount: { type: 'number', minimum: 0, maximum: 100, default: 0, description: 'Per cent off every order.' },
    },
  },
});
