import { createServer, type AddressInfo } from 'node:net';
import { systemClock, VirtualClock, type Endpoint, type Instance } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { tcpProbe } from './probe.js';
import { Vanished } from './vanished.js';

const endpoint = (port: number): Endpoint => ({ listener: 'rest', host: '127.0.0.1', port, ssl: false });
const instance = (id: string): Instance => ({
  ...{ environment: '', app: 'default', service: 'catalog', version: '1.0.0', hostName: 'h', status: 'UP' },
  ...{ id, endpoints: [endpoint(1)], metadata: {} },
});

describe('the probe', () => {
  it('is answered where one of the endpoints listens', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const probe = tcpProbe(systemClock);
    expect(await probe([endpoint(port)])).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    expect(await probe([endpoint(port)])).toBe(false);
    expect(await probe([])).toBe(false);
  });

  it('waits a second for each', async () => {
    const clock = new VirtualClock();
    // an address for documentation: nobody answers, or there is no way there
    const answer = tcpProbe(clock)([{ ...endpoint(9), host: '192.0.2.1' }]);
    await clock.advance(1000);
    expect(await answer).toBe(false);
    expect(clock.pending).toBe(0);
  });
});

describe('those who vanished', () => {
  it('are asked some at a time, each once, and those who do not answer are told of', async () => {
    const asked: ((isThere: boolean) => void)[] = [];
    const gone: string[] = [];
    const vanished = new Vanished({
      probe: () => new Promise((resolve) => asked.push(resolve)),
      onGone: ({ id }) => gone.push(id),
    });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    for (let number = 0; number < 100; number += 1) {
      vanished.ask(instance(`i${number}`));
      vanished.ask(instance(`i${number}`));
    }
    expect(asked).toHaveLength(64);
    asked.slice(0, 50).forEach((answer) => answer(false));
    await settle();
    expect(asked).toHaveLength(100);
    asked.slice(50).forEach((answer) => answer(true));
    await settle();
    expect(gone).toEqual(Array.from({ length: 50 }, (_, number) => `i${number}`));
    expect(vanished.answer('i60')).toBeUndefined();
  });

  it('and are listed again stay, whatever they answer', async () => {
    let answer!: (isThere: boolean) => void;
    const gone: string[] = [];
    const vanished = new Vanished({
      probe: () => new Promise((resolve) => (answer = resolve)),
      onGone: ({ id }) => gone.push(id),
    });
    vanished.ask(instance('a'));
    const said = vanished.answer('a');
    vanished.listed('a');
    answer(false);
    expect(await said).toBe(true);
    expect(gone).toEqual([]);
  });
});
