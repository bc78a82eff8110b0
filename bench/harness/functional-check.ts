/** Nobody is measured who does not do the work: good requests succeed with the right answer, bad ones are refused. */
import { request } from 'node:http';
import { expectedAnswers, refusedRequests, type Route, routes } from './workload.js';

interface Answer {
  readonly status: number;
  readonly text: string;
}

export function ask(port: number, path: string, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path,
      method: body === undefined ? 'GET' : 'POST',
      headers,
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
      incoming.on('error', reject);
    });
    outgoing.end(body);
  });
}

async function checkGood(port: number, route: Route): Promise<string[]> {
  const { status, text } = await ask(port, route.path, route.body);
  if (status !== route.expected) return [`${route.name}: expected ${route.expected}, got ${status} ${text}`];
  const answer = JSON.parse(text) as Record<string, unknown>;
  return Object.entries(expectedAnswers[route.name])
    .filter(([field, expected]) => !same(answer[field], expected))
    .map(([field, expected]) => `${route.name}: ${field} is ${String(answer[field])}, expected ${String(expected)}`);
}

function same(got: unknown, expected: unknown): boolean {
  if (typeof got === 'number' && typeof expected === 'number') return Math.abs(got - expected) < 1e-6;
  return got === expected;
}

/** Throws with every difference found. */
export async function checkServer(name: string, port: number): Promise<void> {
  const faults: string[] = [];
  for (const route of routes) faults.push(...(await checkGood(port, route)));
  for (const refused of refusedRequests) {
    const { status } = await ask(port, refused.path, refused.body);
    if (status !== 400) faults.push(`${refused.why}: expected 400, got ${status}`);
  }
  if (faults.length > 0) throw new Error(`${name} does not do the work:\n  ${faults.join('\n  ')}`);
}
