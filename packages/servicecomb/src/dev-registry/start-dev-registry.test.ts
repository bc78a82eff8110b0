import { VirtualClock } from '@ts-chassis/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startDevRegistry, type DevRegistry } from './start-dev-registry.js';

const base = '/v4/default/registry';

describe('a development registry', () => {
  const clock = new VirtualClock();
  let registry: DevRegistry;
  beforeEach(async () => {
    registry = await startDevRegistry({ port: 0, clock });
  });
  afterEach(() => registry.close());

  async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const answer = await fetch(`${registry.url}${base}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }
  const idOf = (text: string): string => Object.values(JSON.parse(text) as Record<string, string>)[0]!;

  it('answers what service-center was seen to answer', async () => {
    const service = { serviceName: 'P1', appId: 'a1', version: '1.0.0', level: 'BACK', status: 'UP' };
    const made = await ask('POST', '/microservices', { service });
    expect(made.text).toBe('{"serviceId":"e28a3b44e385d238dc7780c1c7c7a915f9f4637a"}\n');
    const id = idOf(made.text);
    const instance = await ask('POST', `/microservices/${id}/instances`, {
      instance: { endpoints: ['rest://127.0.0.1:9999'], hostName: 'h', status: 'UP' },
    });
    const iid = idOf(instance.text);
    const found = await ask('GET', '/instances?appId=a1&serviceName=P1&version=0%2B', undefined, {
      'x-consumerid': id,
    });
    expect(found.text).toBe(
      `{"instances":[{"instanceId":"${iid}","serviceId":"${id}","endpoints":["rest://127.0.0.1:9999"],"hostName":"h","status":"UP","healthCheck":{"mode":"push","interval":30,"times":3},"timestamp":"1767225600","modTimestamp":"1767225600","version":"1.0.0"}]}\n`,
    );
    expect((await ask('PUT', `/microservices/${id}/instances/${iid}/heartbeat`)).text).toBe('');
    expect((await ask('PUT', `/microservices/${id}/instances/nope/heartbeat`)).text).toBe(
      '{"errorCode":"400017","errorMessage":"Instance does not exist","detail":"leaseId not exist, instance not exist"}\n',
    );
    const batch = await ask('POST', '/instances/action?type=query&rev=0', {
      consumerServiceId: id,
      services: [
        { service: { appId: 'a1', serviceName: 'NOPE', version: '0+' } },
        { service: { appId: 'a1', serviceName: 'P1', version: '0+' }, rev: found.headers.get('x-resource-revision') },
        { service: { appId: 'a1', serviceName: 'P1', version: '0+' } },
      ],
    });
    expect(JSON.parse(batch.text)).toMatchObject({
      services: {
        failed: [{ indexes: [0] }],
        notModified: [1],
        updated: [{ index: 2, instances: [{ instanceId: iid }] }],
      },
    });
    const socket = new WebSocket(`${registry.url.replace('http', 'ws')}${base}/microservices/${id}/watcher`);
    const told: string[] = [];
    socket.on('message', (data: Buffer) => told.push(data.toString()));
    await new Promise((resolve) => socket.on('open', resolve));
    await ask('PUT', `/microservices/${id}/instances/${iid}/status?value=DOWN`);
    await clock.advance(121_000);
    await expect
      .poll(() => told.map((text) => (JSON.parse(text) as { action: string }).action))
      .toEqual(['UPDATE', 'DELETE']);
    expect(registry.instances()).toEqual([]);
  });
});
