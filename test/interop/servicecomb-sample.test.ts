import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chassisPeers, serviceCenter, until } from '../../scripts/servers/servers.mjs';
import { root, Service } from '../fixtures/service.js';
import { lane } from './lane.js';

lane('the sample servicecomb at a service-center', [serviceCenter, chassisPeers], () => {
  const folder = join(root, 'samples/servicecomb');
  let center: Awaited<ReturnType<typeof serviceCenter.start>>;
  let sample: Service;
  let visitor: string;

  beforeAll(async () => {
    center = await serviceCenter.start();
    const environment = { PAAS_CSE_SC_ENDPOINT: center.url, GREETER_PORT: '0', VISITOR_PORT: '0' };
    sample = new Service({ command: [join(folder, 'dist/main.js')], environment, cwd: folder });
    const ready = (name: string) => sample.line(({ message, service }) => message === 'ready' && service === name);
    const [{ endpoints }] = await Promise.all([ready('visitor'), ready('greeter')]);
    visitor = (endpoints as string[])[0]!.replace('rest://', 'http://');
  });

  afterAll(async () => {
    await sample?.stop();
    await center?.stop();
  });

  it.each(['typed', 'fetched', 'named'])('finds its greeter there: %s', async (way) => {
    const answer = await fetch(`${visitor}/visit/${way}/Ada`);
    expect(await answer.json()).toEqual({ message: 'Hello, Ada!', version: '1.0.0' });
  });

  it('is called there by a service of go-chassis, by the name of its greeter', async () => {
    const go = await chassisPeers.start('consumer', { registry: center.url, app: 'sample' });
    try {
      const answer = await until('an answer of the greeter', async () => {
        const [outcome] = await go.call({ service: 'greeter', path: '/greetings/Ada' });
        return outcome?.status === 200 ? outcome.body : undefined;
      });
      expect(JSON.parse(answer)).toEqual({ message: 'Hello, Ada!', version: '1.0.0' });
    } finally {
      await go.stop();
    }
  });

  it('leaves it in the end, without a complaint', async () => {
    expect(await sample.stop()).toBe(0);
    expect(sample.lines.filter(({ level }) => level === 'warn' || level === 'error')).toEqual([]);
    const answer = await fetch(`${center.url}/v4/default/govern/microservices?options=instances`);
    const { allServicesDetail } = (await answer.json()) as Readonly<{ allServicesDetail: readonly Detail[] }>;
    const ours = allServicesDetail.filter(({ microService }) => /^(greeter|visitor)$/.test(microService.serviceName));
    expect(ours.map(({ microService, instances = [] }) => [microService.serviceName, instances]).sort()).toEqual([
      ['greeter', []],
      ['visitor', []],
    ]);
  });
});

interface Detail {
  readonly microService: { readonly serviceName: string };
  readonly instances?: readonly unknown[];
}
