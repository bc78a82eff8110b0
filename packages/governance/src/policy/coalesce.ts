import { definePolicy } from './define-policy.js';

/**
 * Says which calls are equal, given their arguments; what it gives back is compared as JSON. Undefined: this call is made alone.
 *
 * @example
 * ```ts
 * const key: CoalesceKey = (isbn: string) => isbn.replaceAll('-', '');
 * ```
 */
export type CoalesceKey = (...args: never[]) => unknown;

/** What a coalescing policy says. */
export interface CoalesceFields {
  readonly enabled: boolean;
  readonly key?: CoalesceKey | null;
  readonly headers: readonly string[] | undefined;
}

/** Equal calls at the same time share one. */
export const CoalescePolicy = definePolicy<CoalesceFields>({
  name: 'coalesce',
  decorator: 'Coalesce',
  description: 'Equal calls that are under way at the same time share one outcome.',
  fields: {
    enabled: { type: 'boolean', description: 'Whether equal calls share one; default false, true by the decorator.' },
    key: { type: 'null', description: 'A function of the decorator: which calls are equal.' },
    headers: {
      type: 'array',
      items: { type: 'string' },
      description:
        'Headers that make calls differ, besides authorization and cookie; default: on the consumer side all that are sent but those of traces, around methods none.',
    },
  },
  defaults: { enabled: false, headers: undefined },
  handlers: { consumer: 'coalesce', method: 'coalesce' },
});
