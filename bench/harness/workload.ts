/** The two requests that are measured, and the ones that every server must refuse before it is measured. */

export type RouteName = 'get' | 'post';

export interface Route {
  readonly name: RouteName;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly expected: number;
}

const bodyBytes = 1024;

const order = {
  reference: 'AB-123456',
  customer: { name: 'Ada Lovelace', email: 'ada@example.org' },
  currency: 'EUR',
  express: true,
  items: [
    { sku: 'pencil-hb-012', quantity: 12, price: 0.35 },
    { sku: 'notebook-a5-096', quantity: 3, price: 4.9 },
    { sku: 'eraser-white-001', quantity: 2, price: 0.75 },
    { sku: 'ruler-steel-030', quantity: 1, price: 6.25 },
    { sku: 'ink-blue-black-50', quantity: 4, price: 8.5 },
    { sku: 'envelope-c6-100', quantity: 10, price: 2.15 },
  ],
  note: '',
};

function padded(): string {
  const bare = JSON.stringify(order).length;
  return JSON.stringify({ ...order, note: 'n'.repeat(bodyBytes - bare) });
}

export const routes: readonly Route[] = [
  { name: 'get', method: 'GET', path: '/users/42?limit=10', expected: 200 },
  { name: 'post', method: 'POST', path: '/orders', body: padded(), expected: 201 },
];

/** Answers that the good requests must have, field by field. */
export const expectedAnswers: Record<RouteName, Record<string, unknown>> = {
  get: { id: 42, limit: 10, name: 'user 42', active: true },
  post: { reference: 'AB-123456', currency: 'EUR', quantity: 32, total: 82.15 },
};

export interface Refused {
  readonly why: string;
  readonly path: string;
  readonly body?: string;
}

/** Requests that must be answered 400. */
export const refusedRequests: readonly Refused[] = [
  { why: 'path parameter is no integer', path: '/users/abc?limit=10' },
  { why: 'path parameter below its minimum', path: '/users/0?limit=10' },
  { why: 'query parameter is no integer', path: '/users/42?limit=ten' },
  { why: 'query parameter above its maximum', path: '/users/42?limit=101' },
  { why: 'query parameter missing', path: '/users/42' },
  { why: 'malformed JSON', path: '/orders', body: '{"reference":' },
  { why: 'field missing', path: '/orders', body: JSON.stringify({ ...order, currency: undefined }) },
  { why: 'number in the place of a string', path: '/orders', body: JSON.stringify({ ...order, note: 7 }) },
  { why: 'pattern not met', path: '/orders', body: JSON.stringify({ ...order, reference: 'ab-1' }) },
  { why: 'nested object missing', path: '/orders', body: JSON.stringify({ ...order, customer: undefined }) },
  {
    why: 'element of an array out of range',
    path: '/orders',
    body: JSON.stringify({ ...order, items: [{ sku: 'pencil', quantity: 0, price: 1 }] }),
  },
];
