/** Peer: `node:http` alone. Routing and validation are written by hand: the limit of what any framework can reach. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

interface Item {
  sku: string;
  quantity: number;
  price: number;
}
interface Order {
  reference: string;
  customer: { name: string; email: string };
  currency: string;
  express: boolean;
  items: Item[];
  note: string;
}

const integerPattern = /^-?[0-9]+$/;
const referencePattern = /^[A-Z]{2}-[0-9]{6}$/;
const currencies = new Set(['EUR', 'USD', 'GBP']);
const bodyLimit = 1024 * 1024;

function integerBetween(text: string | null, minimum: number, maximum: number): number | undefined {
  if (text === null || !integerPattern.test(text)) return undefined;
  const value = Number(text);
  return value >= minimum && value <= maximum ? value : undefined;
}

function isText(value: unknown, minimum: number, maximum: number): value is string {
  return typeof value === 'string' && value.length >= minimum && value.length <= maximum;
}

function isItem(value: unknown): value is Item {
  if (typeof value !== 'object' || value === null) return false;
  const { sku, quantity, price } = value as Record<string, unknown>;
  const counts = typeof quantity === 'number' && Number.isInteger(quantity) && quantity >= 1 && quantity <= 1000;
  return isText(sku, 1, 32) && counts && typeof price === 'number' && price >= 0;
}

function isOrder(value: unknown): value is Order {
  if (typeof value !== 'object' || value === null) return false;
  const order = value as Partial<Order>;
  if (!isText(order.reference, 9, 9) || !referencePattern.test(order.reference)) return false;
  if (typeof order.customer !== 'object' || order.customer === null) return false;
  if (!isText(order.customer.name, 1, 100) || !isText(order.customer.email, 3, 200)) return false;
  if (typeof order.currency !== 'string' || !currencies.has(order.currency)) return false;
  if (typeof order.express !== 'boolean' || !isText(order.note, 0, 1000)) return false;
  const { items } = order;
  return Array.isArray(items) && items.length >= 1 && items.length <= 50 && items.every(isItem);
}

function answer(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}

function refuse(response: ServerResponse, status: number, detail: string): void {
  answer(response, status, { status, detail });
}

function getUser(path: string, query: string, response: ServerResponse): void {
  const id = integerBetween(path.slice('/users/'.length), 1, 1_000_000);
  const limit = integerBetween(new URLSearchParams(query).get('limit'), 1, 100);
  if (id === undefined || limit === undefined) return refuse(response, 400, 'id or limit is not valid');
  answer(response, 200, { id, limit, name: `user ${id}`, active: true });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function postOrder(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > bodyLimit) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => {
    const order = parse(Buffer.concat(chunks).toString('utf8'));
    if (!isOrder(order)) return refuse(response, 400, 'the order is not valid');
    let quantity = 0;
    let total = 0;
    for (const item of order.items) {
      quantity += item.quantity;
      total += item.quantity * item.price;
    }
    answer(response, 201, { reference: order.reference, currency: order.currency, quantity, total });
  });
}

const server = createServer((request, response) => {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  if (request.method === 'GET' && path.startsWith('/users/'))
    getUser(path, mark < 0 ? '' : target.slice(mark + 1), response);
  else if (request.method === 'POST' && path === '/orders') postOrder(request, response);
  else refuse(response, 404, 'nothing here');
});

server.listen(Number(process.env['PORT']), '127.0.0.1', () => console.log('listening'));
