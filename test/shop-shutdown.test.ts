import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground, type Service } from './fixtures/service.js';

const BODY = '{"isbn":"9780262033848","quantity":1}';
let playground: Playground;

beforeAll(async () => {
  playground = await Playground.create();
  await playground.service('catalog').ready();
});

afterAll(() => playground.close());

/** A request whose body has come halfway. */
async function halfSent(address: string): Promise<{ socket: Socket; finish: () => Promise<string> }> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (data) => (answer += String(data)));
  socket.write(
    `POST /orders HTTP/1.1\r\nhost: ${hostname}\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n`,
  );
  // the service has taken the request when it asks for the body
  while (!answer.includes('100 Continue')) await once(socket, 'data');
  socket.write(BODY.slice(0, 10));
  return {
    socket,
    finish: async () => {
      socket.write(BODY.slice(10));
      await once(socket, 'close');
      return answer;
    },
  };
}

async function untilRefused(address: string): Promise<void> {
  const { hostname, port } = new URL(address);
  for (;;) {
    const socket = connect(Number(port), hostname);
    const refused = await Promise.race([
      once(socket, 'connect').then(() => false),
      once(socket, 'error').then(() => true),
    ]).catch(() => true);
    socket.destroy();
    if (refused) return;
  }
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('lets a request that has begun end, calls to other services included, then exits 0', async () => {
    const orders: Service = playground.service('orders');
    const address = await orders.ready();
    const request = await halfSent(address);
    orders.child.kill(signal);
    await untilRefused(address);
    expect(orders.child.exitCode).toBeNull();
    const answer = await request.finish();
    expect(answer).toMatch(/HTTP\/1\.1 201 /);
    expect(answer).toMatch(/connection: close/i);
    expect(answer).toContain('Introduction to Algorithms');
    expect(await orders.ended).toEqual({ code: 0, signal: null });
  });

  it('ends a service with idle connections at once', async () => {
    const orders = playground.service('orders');
    const address = await orders.ready();
    const { hostname, port } = new URL(address);
    const idle = connect(Number(port), hostname);
    await once(idle, 'connect');
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    const began = performance.now();
    expect(await orders.stop(signal)).toBe(0);
    // the drain delay is half a second
    expect(performance.now() - began).toBeLessThan(3000);
    idle.destroy();
  });
});
