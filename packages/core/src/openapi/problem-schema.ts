import type { JsonSchema } from '../schema/json-schema.js';

const text: JsonSchema = { type: 'string' };

/** What every failure is answered with: problem details by RFC 9457, with our kind and code and all faults of the arguments. */
export const problemSchema: JsonSchema = {
  type: 'object',
  description: 'problem details (RFC 9457)',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: text,
    status: { type: 'integer' },
    detail: text,
    code: { type: 'string', description: 'stable name of the failure' },
    kind: { type: 'string', description: 'what went wrong, in words of no protocol' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { place: text, pointer: text, expected: text, got: text, message: text },
        required: ['place', 'pointer', 'expected', 'got', 'message'],
      },
    },
    details: { type: 'object', additionalProperties: true },
  },
  required: ['type', 'title', 'status', 'code', 'kind'],
};
