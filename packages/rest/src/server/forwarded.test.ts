import type { Invocation } from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { serve, type Serving } from './serving.fixture.js';

let serving: Serving | undefined;
afterEach(async () => serving?.server.close());

const CLAIMS = {
  forwarded: 'for=203.0.113.9;proto=https;host=evil.example;by=_hidden, for="[2001:db8::1]:47011"',
  'x-forwarded-for': '203.0.113.9, 127.0.0.2',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-forwarded-port': '443',
  'x-forwarded-prefix': '/admin',
  'x-real-ip': '203.0.113.9',
  'x-original-url': '/admin',
  'x-rewrite-url': '/admin',
  'x-http-method-override': 'DELETE',
};

describe('what a request says of how it came', () => {
  it.each(['none', 'peers'] as const)('changes nothing about it, with trust %s', async (trust) => {
    const seen: unknown[] = [];
    const operation = (path: string, method = 'GET') => ({
      http: { method, path },
      returns: String,
      run: () => `${method} ${path}`,
    });
    serving = await serve(
      { plain: operation('/plain'), admin: operation('/admin'), deleted: operation('/plain', 'DELETE') },
      { trust, before: ({ source }: Invocation) => seen.push((source as { remoteAddress?: string }).remoteAddress) },
    );
    for (const [name, value] of [...Object.entries(CLAIMS), ['forwarded', `for=${'"\\"'.repeat(2000)}`]] as const) {
      const response = await fetch(`${serving.origin}/plain`, { headers: { [name]: value } });
      expect([name, response.status, await response.json()]).toEqual([name, 200, 'GET /plain']);
      expect(response.headers.get('location')).toBeNull();
    }
    const all = await fetch(`${serving.origin}/plain`, { headers: CLAIMS });
    expect(await all.json()).toBe('GET /plain');
    expect(new Set(seen)).toEqual(new Set(['127.0.0.1']));
  });
});
