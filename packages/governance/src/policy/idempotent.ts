import { definePolicy } from './define-policy.js';

/** Whether an operation may be run twice without harm. */
export interface IdempotentFields {
  /** Undefined: what the protocol says of it, see `mayRunTwice`. */
  readonly value: boolean | undefined;
}

/** Read by `retry`, `hedge` and `coalesce`; no handler acts on it alone. */
export const IdempotentPolicy = definePolicy<IdempotentFields>({
  name: 'idempotent',
  decorator: 'Idempotent',
  description: 'Whether operations may be run twice without harm, where their HTTP method does not say so.',
  fields: {
    value: {
      type: 'boolean',
      description:
        'Whether it may be run twice without harm; default: true for the HTTP methods that RFC 9110 (9.2.2) calls idempotent.',
    },
  },
  defaults: { value: undefined },
  handlers: { consumer: 'retry', method: 'retry' },
});
