/**
 * Peer: Fastify 5, JSON Schema in (body without coercion, as the other peers; path and query coerced) and JSON
 * Schema out, so that its compiled serializer is used.
 */
import { Ajv } from 'ajv';
import fastify from 'fastify';

interface Order {
  reference: string;
  currency: string;
  items: { quantity: number; price: number }[];
}

const strict = new Ajv({ coerceTypes: false, removeAdditional: true, useDefaults: true, allErrors: false });
const coercing = new Ajv({ coerceTypes: true, removeAdditional: true, useDefaults: true, allErrors: false });

const text = (minLength: number, maxLength: number) => ({ type: 'string', minLength, maxLength });
const integer = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum });
const object = (properties: Record<string, object>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

const order = object({
  reference: { type: 'string', pattern: '^[A-Z]{2}-[0-9]{6}$' },
  customer: object({ name: text(1, 100), email: text(3, 200) }),
  currency: { type: 'string', enum: ['EUR', 'USD', 'GBP'] },
  express: { type: 'boolean' },
  items: {
    type: 'array',
    minItems: 1,
    maxItems: 50,
    items: object({ sku: text(1, 32), quantity: integer(1, 1000), price: { type: 'number', minimum: 0 } }),
  },
  note: text(0, 1000),
});
const user = object({
  id: { type: 'integer' },
  limit: { type: 'integer' },
  name: { type: 'string' },
  active: { type: 'boolean' },
});
const receipt = object({
  reference: { type: 'string' },
  currency: { type: 'string' },
  quantity: { type: 'integer' },
  total: { type: 'number' },
});

const app = fastify({ bodyLimit: 1024 * 1024 });
app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? strict : coercing).compile(schema as object));

app.get<{ Params: { id: number }; Querystring: { limit: number } }>(
  '/users/:id',
  {
    schema: {
      params: object({ id: integer(1, 1_000_000) }),
      querystring: object({ limit: integer(1, 100) }),
      response: { 200: user },
    },
  },
  async (request) => {
    const { id } = request.params;
    return { id, limit: request.query.limit, name: `user ${id}`, active: true };
  },
);

app.post<{ Body: Order }>(
  '/orders',
  { schema: { body: order, response: { 201: receipt } } },
  async (request, reply) => {
    const { reference, currency, items } = request.body;
    let quantity = 0;
    let total = 0;
    for (const item of items) {
      quantity += item.quantity;
      total += item.quantity * item.price;
    }
    reply.code(201);
    return { reference, currency, quantity, total };
  },
);

void app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' }).then(() => console.log('listening'));
