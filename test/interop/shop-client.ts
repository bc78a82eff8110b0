import type { ShopService } from '../../scripts/servers/servers.mjs';

/** Places an order of a book that the catalog has; gives its id. */
export async function placeOrder(orders: ShopService, isbn = '9780262033848'): Promise<string> {
  const response = await fetch(`${orders.url}/orders`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ isbn, quantity: 2 }),
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(`${response.status} ${text}`);
  return (JSON.parse(text) as { id: string }).id;
}

export async function getText(url: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status} ${text}`);
  return text;
}

export async function getJson<T>(url: string): Promise<T> {
  return JSON.parse(await getText(url)) as T;
}
