import type { TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { createLogger } from '../telemetry/create-logger.js';
import { HandshakeFaults } from './handshake-faults.js';

it('tells each reason once a minute, with how often it was met, and makes up no room for others', async () => {
  const clock = new VirtualClock();
  const lines: { readonly reason: string; readonly unsaid?: number }[] = [];
  const write = (line: string): void => void lines.push(JSON.parse(line) as (typeof lines)[number]);
  const faults = new HandshakeFaults('rest', clock, createLogger({ clock, write }));
  const fail = (code: string, authorizationError?: string): void =>
    faults.add(Object.assign(new Error('failed'), { code }), { authorizationError } as unknown as TLSSocket);
  const told = (): readonly unknown[] => lines.map(({ reason, unsaid }) => [reason, unsaid]);

  for (let count = 0; count < 5; count += 1) fail('ERR_SSL_HTTP_REQUEST');
  fail('ECONNRESET', 'CERT_HAS_EXPIRED');
  expect(told()).toEqual([
    ['ERR_SSL_HTTP_REQUEST', undefined],
    ['CERT_HAS_EXPIRED', undefined],
  ]);
  await clock.advance(60_000);
  fail('ERR_SSL_HTTP_REQUEST');
  fail('ECONNRESET', 'CERT_HAS_EXPIRED');
  expect(told().slice(2)).toEqual([
    ['ERR_SSL_HTTP_REQUEST', 4],
    ['CERT_HAS_EXPIRED', undefined],
  ]);
  for (let count = 0; count < 1000; count += 1) fail(`MADE_UP_${count}`);
  expect(lines.length).toBeLessThanOrEqual(66);
});
