import { defineSection } from '@ts-chassis/core';

/** What the configuration says of certificates. */
export interface MtlsValues {
  readonly allow: readonly string[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
}

/** `servicecomb.authentication.mtls`. */
export const MtlsSection = defineSection<MtlsValues>({
  key: 'servicecomb.authentication.mtls',
  live: true,
  description: 'Callers by their certificates.',
  schema: {
    type: 'object',
    properties: {
      allow: {
        type: 'array',
        items: { type: 'string', minLength: 1 },
        default: [],
        description:
          'Who is admitted, by name; a star at the end stands for any rest. Default all that the CA vouches for.',
      },
      roles: {
        type: 'object',
        additionalProperties: { type: 'array', items: { type: 'string' } },
        default: {},
        description: 'Roles by name; a star at the end stands for any rest.',
      },
    },
  },
});
