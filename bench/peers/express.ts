/** Peer: Express 5, bodies and parameters validated by zod 4. */
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { z } from 'zod';

const integerText = z
  .string()
  .regex(/^-?[0-9]+$/)
  .transform(Number);
const userQuery = z.object({
  id: integerText.pipe(z.int().min(1).max(1_000_000)),
  limit: integerText.pipe(z.int().min(1).max(100)),
});
const order = z.object({
  reference: z.string().regex(/^[A-Z]{2}-[0-9]{6}$/),
  customer: z.object({ name: z.string().min(1).max(100), email: z.string().min(3).max(200) }),
  currency: z.enum(['EUR', 'USD', 'GBP']),
  express: z.boolean(),
  items: z
    .array(z.object({ sku: z.string().min(1).max(32), quantity: z.int().min(1).max(1000), price: z.number().min(0) }))
    .min(1)
    .max(50),
  note: z.string().max(1000),
});

const app = express();
app.disable('x-powered-by');
if (process.env['HELMET'] === 'on') app.use(helmet());
app.use(express.json({ limit: '1mb' }));

app.get('/users/:id', (request, response) => {
  const parsed = userQuery.safeParse({ id: request.params['id'], limit: request.query['limit'] });
  if (!parsed.success) return void response.status(400).json({ status: 400, errors: parsed.error.issues });
  const { id, limit } = parsed.data;
  response.json({ id, limit, name: `user ${id}`, active: true });
});

app.post('/orders', (request, response) => {
  const parsed = order.safeParse(request.body);
  if (!parsed.success) return void response.status(400).json({ status: 400, errors: parsed.error.issues });
  const { reference, currency, items } = parsed.data;
  let quantity = 0;
  let total = 0;
  for (const item of items) {
    quantity += item.quantity;
    total += item.quantity * item.price;
  }
  response.status(201).json({ reference, currency, quantity, total });
});

app.use((error: { status?: number }, _request: Request, response: Response, _next: NextFunction) => {
  const status = error.status ?? 500;
  response.status(status).json({ status });
});

app.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('listening'));
