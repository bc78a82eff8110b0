import { defineSection, duration } from '@ts-chassis/core';
import { ASYMMETRIC_ALGORITHMS, SYMMETRIC_ALGORITHMS, type JwtAlgorithm } from './algorithms.js';

/** What the configuration says of tokens; what it leaves out is for `auth({ jwt })` to say. */
export interface JwtValues {
  readonly secret: string;
  readonly publicKey: readonly string[];
  readonly publicKeyFile: readonly string[];
  readonly jwksUrl: string;
  readonly algorithms: readonly JwtAlgorithm[];
  readonly issuer: readonly string[];
  readonly audience: readonly string[];
  readonly clockSkewMs?: number;
}

const list = (description: string, items: object = { type: 'string', minLength: 1 }): object => ({
  type: 'array',
  items,
  default: [],
  description,
});

/** `servicecomb.authentication.jwt`. */
export const JwtSection = defineSection<JwtValues>({
  key: 'servicecomb.authentication.jwt',
  live: true,
  description:
    'Which tokens prove who calls. One of `secret`, `publicKey`/`publicKeyFile` and `jwksUrl` says the keys.',
  schema: {
    type: 'object',
    properties: {
      secret: {
        type: 'string',
        default: '',
        description: 'The key of HS256, HS384 and HS512: 32, 48, 64 bytes at least.',
      },
      publicKey: list('Public keys in PEM; several while keys are changed.'),
      publicKeyFile: list('Files with a public key in PEM each, read at the start and when this section changes.'),
      jwksUrl: { type: 'string', default: '', description: 'Where public keys are fetched from (JWKS).' },
      algorithms: list('The algorithms that are accepted. Default HS256, or the usual ones of the public keys.', {
        enum: [...SYMMETRIC_ALGORITHMS, ...ASYMMETRIC_ALGORITHMS],
      }),
      issuer: list('Who must have issued a token: one of these. Default anybody who has the key.'),
      audience: list('For whom a token must be: one of these. Default anybody.'),
      clockSkewMs: duration({ description: 'How far other clocks may be off. Default 30 s.' }),
    },
  },
});
