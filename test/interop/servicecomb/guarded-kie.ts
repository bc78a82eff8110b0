import { once } from 'node:events';
import { request as plain, type IncomingMessage } from 'node:http';
import { request as secure } from 'node:https';
import { json } from 'node:stream/consumers';

/** How a KIE is asked that lets not everyone in. */
export interface Entry {
  readonly url: string;
  readonly token?: string;
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

/** Gives a key of `labels` a value at a KIE that wants a token or a certificate; what it resolves to gives it another one. */
export async function tell(
  entry: Entry,
  given: { readonly key: string; readonly value: string; readonly labels: Readonly<Record<string, string>> },
): Promise<(value: string) => Promise<void>> {
  const { id } = await ask(entry, ['POST', ''], { ...given, value_type: 'text', status: 'enabled' });
  return async (value) => void (await ask(entry, ['PUT', `/${id}`], { value, status: 'enabled' }));
}

async function ask(
  { url, token, tls }: Entry,
  [method, path]: readonly [string, string],
  body: unknown,
): Promise<{ readonly id: string }> {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const asked = (tls ? secure : plain)(`${url}/v1/default/kie/kv${path}`, { method, headers, ...tls });
  asked.end(JSON.stringify(body));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const said = await json(answer);
  if (answer.statusCode !== 200) throw new Error(`${method} ${path}: ${answer.statusCode} ${JSON.stringify(said)}`);
  return said as { id: string };
}
