/**
 * Peer: Fastify 5, JSON Schema in (body without coercion, as the other peers; path and query coerced) and JSON
 * Schema out, so that its compiled serializer is used. With `METRICS=on` every request is timed by prom-client, by method, route and status; with
 * `LIMIT=on` its own plug-in counts them by address against a limit that nobody meets.
 */
import rateLimit from '@fastify/rate-limit';
import { Ajv } from 'ajv';
import fastify, { type FastifyInstance } from 'fastify';

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

/** As plug-ins for Fastify do: a histogram, observed when the response is out. */
function measure(server: FastifyInstance): void {
  const { collectDefaultMetrics, Histogram, Registry } = require('prom-client') as typeof import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of requests.',
    labelNames: ['method', 'route', 'status_code'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    registers: [registry],
  });
  server.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? '', status_code: reply.statusCode };
    duration.observe(labels, reply.elapsedTime / 1000);
  });
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}

const app = fastify({ bodyLimit: 1024 * 1024 });
if (process.env['METRICS'] === 'on') measure(app);
app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? strict : coercing).compile(schema as object));

/** The two operations. */
function serve(): void {
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
}

// the plug-in sees the routes that come after it
if (process.env['LIMIT'] === 'on') void app.register(rateLimit, { max: 1e9, timeWindow: 1000 }).after(serve);
else serve();
void app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' }).then(() => console.log('listening'));
