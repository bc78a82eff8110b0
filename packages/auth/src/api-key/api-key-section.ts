import { defineSection } from '@ts-chassis/core';
import type { ApiKeyEntry } from './api-key-options.js';

/** What the configuration says of API keys. */
export interface ApiKeyValues {
  readonly header: string;
  readonly keys: Readonly<Record<string, ApiKeyEntry>>;
}

/** `servicecomb.authentication.apiKey`. */
export const ApiKeySection = defineSection<ApiKeyValues>({
  key: 'servicecomb.authentication.apiKey',
  live: true,
  description: 'Keys that callers send in a header.',
  schema: {
    type: 'object',
    properties: {
      header: { type: 'string', default: '', description: 'The header they stand in. Default `x-api-key`.' },
      keys: {
        type: 'object',
        default: {},
        description: 'By the name of the caller they stand for.',
        additionalProperties: {
          type: 'object',
          required: ['hash'],
          properties: {
            hash: {
              type: 'string',
              description: 'SHA-256 of the key in hexadecimal digits; the key itself stands nowhere.',
            },
            roles: { type: 'array', items: { type: 'string' }, default: [], description: 'The roles of the caller.' },
          },
        },
      },
    },
  },
});
