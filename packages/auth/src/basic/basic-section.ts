import { defineSection } from '@ts-chassis/core';
import type { BasicUser } from './basic-options.js';

/** What the configuration says of users. */
export interface BasicValues {
  readonly users: Readonly<Record<string, BasicUser>>;
}

/** `servicecomb.authentication.basic`. */
export const BasicSection = defineSection<BasicValues>({
  key: 'servicecomb.authentication.basic',
  live: true,
  description: 'Users of `Authorization: Basic`.',
  schema: {
    type: 'object',
    properties: {
      users: {
        type: 'object',
        default: {},
        description: 'By name.',
        additionalProperties: {
          type: 'object',
          required: ['passwordHash'],
          properties: {
            passwordHash: {
              type: 'string',
              description: 'Made by `hashPassword`; the password itself stands nowhere.',
            },
            roles: { type: 'array', items: { type: 'string' }, default: [], description: 'The roles of the user.' },
          },
        },
      },
    },
  },
});
