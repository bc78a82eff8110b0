import { defineSection, policyKey, type JsonSchema, type PolicyKind } from '@ts-chassis/core';
import type { Authorizer } from './authorizer.js';

/** Whether an operation wants to know who calls. */
export interface AuthenticationFields {
  /** False: credentials are not looked at. */
  readonly required: boolean;
  /** Whether who brings none is let in, unnamed. */
  readonly optional: boolean;
  /** Names of the schemes that are accepted, the first that finds its credentials decides; none for all. */
  readonly schemes: readonly string[];
}

/** Who may call an operation. */
export interface AuthorisationFields {
  /** One of them is enough; none for anybody. */
  readonly roles: readonly string[];
  /** Only decorators can say a function. */
  readonly authorize: Authorizer | null;
}

const AUTH = '@ts-chassis/auth';

const authenticationFields: Readonly<Record<keyof AuthenticationFields, JsonSchema>> = {
  required: {
    type: 'boolean',
    description: 'Whether callers have to prove who they are; false: credentials are not looked at, as with `@Public`.',
  },
  optional: {
    type: 'boolean',
    description:
      'Whether a caller without credentials is let in, unnamed; one with bad credentials is refused all the same.',
  },
  schemes: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    description:
      'The schemes that are accepted: `jwt`, `basicAuth`, `apiKey`, `mtlsIdentity` or your own; the first that finds its credentials decides. Default all that are set up.',
  },
};

const authorisationFields: Readonly<Record<keyof AuthorisationFields, JsonSchema>> = {
  roles: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    description: 'The roles of which a caller needs one; an empty list lets in any caller that is known.',
  },
  authorize: { type: 'null', description: 'A function of the decorator `@Authorize`.' },
};

/** `servicecomb.authentication`: whether callers have to prove who they are, for all and by service, schema and operation. */
export const AuthenticationPolicy: PolicyKind<AuthenticationFields> = {
  name: 'authentication',
  key: policyKey<AuthenticationFields>('Authenticated', AUTH),
  root: 'servicecomb.authentication',
  section: defineSection<unknown>({
    key: 'servicecomb.authentication',
    live: true,
    description: 'Which operations want to know who calls.',
    schema: levels(authenticationFields),
  }),
  defaults: { required: false, optional: false, schemes: [] },
  schema: authenticationFields,
  handlers: { provider: 'authentication' },
};

/** `servicecomb.authorisation`: which roles callers need, for all and by service, schema and operation. */
export const AuthorisationPolicy: PolicyKind<AuthorisationFields> = {
  name: 'authorisation',
  key: policyKey<AuthorisationFields>('Roles', AUTH),
  root: 'servicecomb.authorisation',
  section: defineSection<unknown>({
    key: 'servicecomb.authorisation',
    live: true,
    description: 'Which roles callers of operations need.',
    schema: levels({ roles: authorisationFields.roles }),
  }),
  defaults: { roles: [], authorize: null },
  schema: authorisationFields,
  handlers: { provider: 'authorisation' },
};

/** For everybody, and below by service, schema and operation; only the provider side knows these policies. */
function levels(fields: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const named = (properties: object): JsonSchema => ({
    type: 'object',
    additionalProperties: { type: 'object', properties },
  });
  const schemas = named({ ...fields, operations: named(fields) });
  return { type: 'object', properties: { ...fields, services: named({ ...fields, schemas }) } };
}
