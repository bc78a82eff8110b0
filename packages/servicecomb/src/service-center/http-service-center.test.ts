import { systemClock } from '@ts-chassis/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Bench, json, type Asked, type ControlPlane } from '../connection/control-plane.fixture.js';
import { failureCodeOf } from './failure.js';
import { HttpServiceCenter } from './http-service-center.js';

const bench = new Bench();
let plane: ControlPlane;
let center: HttpServiceCenter;

beforeEach(async () => {
  bench.lines.all.length = 0;
  plane = await bench.plane();
  center = new HttpServiceCenter({
    connection: bench.connection([plane.url]),
    clock: systemClock,
    logger: bench.lines,
  });
});
afterEach(() => bench.close());

const R = '/v4/default/registry';
const answers = (body: unknown, status = 200): void => void (plane.answer = json(body, status));
const asked = (): Asked => plane.asked.at(-1)!;
const failure = (errorCode: string, status = 400): void =>
  answers({ errorCode, errorMessage: 'refused', detail: 'for a reason' }, status);
const empty = (): void => {
  plane.answer = (_, response) => void response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8' }).end();
};

const instance = { instanceId: 'i1', serviceId: 's1', endpoints: ['rest://10.0.0.5:5001'], hostName: 'h1' };
const service = { appId: 'default', serviceName: 'P', version: '0.0.1' };

describe('services', () => {
  const question = { ...service, environment: '' };

  it('are found by their very version', async () => {
    answers({ serviceId: 's1' });
    expect(await center.findServiceId(question)).toBe('s1');
    expect(asked().url).toBe(`${R}/existence?type=microservice&appId=default&serviceName=P&version=0.0.1`);
    await center.findServiceId({ ...question, environment: 'testing' });
    expect(asked().url).toContain('&env=testing');
  });

  it.each(['400012', '400026'])('are absent by %s', async (code) => {
    failure(code);
    expect(await center.findServiceId(question)).toBeUndefined();
  });

  it('are absent without an id', async () => {
    answers({});
    expect(await center.findServiceId(question)).toBeUndefined();
  });

  it('are made', async () => {
    answers({ serviceId: 's1' });
    expect(await center.createService({ ...service, properties: { allowCrossApp: 'true' } })).toBe('s1');
    expect(asked()).toMatchObject({ method: 'POST', url: `${R}/microservices` });
    expect(JSON.parse(asked().body)).toEqual({ service: { ...service, properties: { allowCrossApp: 'true' } } });
  });

  it('are read by their id, and absent by 400012', async () => {
    const record = {
      serviceId: 's1',
      ...service,
      schemas: ['P'],
      framework: { name: 'Go-Chassis', version: 'v2.7.0' },
    };
    answers({ service: { ...record, LBStrategy: {}, level: 5 } });
    expect(await center.service('s1')).toEqual(record);
    failure('400012');
    expect(await center.service('a/b')).toBeUndefined();
    expect(asked().url).toBe(`${R}/microservices/a%2Fb`);
  });

  it('are listed without those that are malformed, which is told once, and when it is over', async () => {
    answers({ services: [{ serviceId: 's1', ...service }, null, 5, { serviceName: 'Q' }, { serviceId: 's2' }] });
    for (let time = 0; time < 3; time += 1) expect(await center.services()).toEqual([{ serviceId: 's1', ...service }]);
    answers({});
    expect(await center.services()).toEqual([]);
    expect(bench.lines.all).toEqual([
      {
        level: 'warn',
        message: 'service-center: some of the services are malformed and left out',
        fields: { count: 4 },
      },
      { level: 'info', message: 'service-center: none of the services is malformed any more', fields: undefined },
    ]);
  });

  it('have their properties replaced', async () => {
    empty();
    await center.setServiceProperties('s1', { a: 'b' });
    expect(asked()).toMatchObject({ method: 'PUT', url: `${R}/microservices/s1/properties` });
    expect(JSON.parse(asked().body)).toEqual({ properties: { a: 'b' } });
  });
});

describe('instances', () => {
  it('are made, changed, kept alive and removed', async () => {
    answers({ instanceId: 'i1' });
    expect(await center.createInstance(instance)).toBe('i1');
    expect(asked()).toMatchObject({ method: 'POST', url: `${R}/microservices/s1/instances` });
    expect(JSON.parse(asked().body)).toEqual({ instance });
    empty();
    await center.heartbeat('s1', 'i1');
    expect(asked()).toMatchObject({ method: 'PUT', url: `${R}/microservices/s1/instances/i1/heartbeat`, body: '' });
    await center.setStatus('s1', 'i1', 'OUTOFSERVICE');
    expect(asked()).toMatchObject({
      method: 'PUT',
      url: `${R}/microservices/s1/instances/i1/status?value=OUTOFSERVICE`,
    });
    await center.setProperties('s1', 'i1', { a: 'b' });
    expect(asked()).toMatchObject({ method: 'PUT', url: `${R}/microservices/s1/instances/i1/properties` });
    expect(JSON.parse(asked().body)).toEqual({ properties: { a: 'b' } });
    await center.deleteInstance('s1', 'i1');
    expect(asked()).toMatchObject({ method: 'DELETE', url: `${R}/microservices/s1/instances/i1` });
  });

  it('that are refused are told with the registry’s own code', async () => {
    failure('400017');
    const error = await center.heartbeat('s1', 'i1').then(
      () => expect.unreachable(),
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({
      code: 'REGISTRY_REFUSED',
      message: 'service-center: the heartbeat of instance i1 was refused: refused: for a reason (400017)',
    });
    expect(failureCodeOf(error)).toBe('400017');
  });

  it.each([
    ['403205', 403],
    ['403201', 403],
  ])('are not permitted by %s', async (code, status) => {
    failure(code, status);
    await expect(center.heartbeat('s1', 'i1')).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
  });

  it('are asked for in one question, with the revisions that are known, in its order', async () => {
    const read = { ...instance, status: 'RESTING', properties: { nodeIP: '', 'a.b': 'c' }, version: '0.0.1' };
    const malformed = [{ instanceId: 'i2' }, 'x', null];
    answers({
      services: {
        updated: [
          {
            index: 2,
            rev: 'r2',
            instances: [{ ...read, properties: { ...read.properties, n: 5 }, endpoints: [instance.endpoints[0], 7] }],
          },
          { rev: 'r0', instances: [read, ...malformed] },
          { index: 77, rev: 'x' },
        ],
        notModified: [1],
        failed: [
          { indexes: [3], error: { errorCode: '400012', errorMessage: 'Micro-service does not exist', detail: 'a' } },
        ],
      },
    });
    const keys = ['a', 'b', 'c', 'd', 'e'].map((serviceName) => ({ appId: 'x', serviceName, version: '0+' }));
    const batch = await center.findInstances('c1', [
      { service: keys[0]! },
      { service: keys[1]!, revision: 'r1' },
      ...keys.slice(2).map((key) => ({ service: key, revision: '' })),
    ]);
    expect(asked().url).toBe(`${R}/instances/action?type=query`);
    expect(asked().headers['x-consumerid']).toBe('c1');
    expect(JSON.parse(asked().body)).toEqual({
      consumerServiceId: 'c1',
      services: [
        { service: keys[0] },
        { service: keys[1], rev: 'r1' },
        ...keys.slice(2).map((key) => ({ service: key })),
      ],
    });
    expect(batch).toEqual([
      // asked for as a whole again, since something is missing in it
      { kind: 'updated', revision: '', instances: [read] },
      { kind: 'same' },
      { kind: 'updated', revision: 'r2', instances: [read] },
      { kind: 'failed', code: '400012', message: 'Micro-service does not exist: a' },
      { kind: 'failed', code: '', message: 'nothing was answered' },
    ]);
    expect(bench.lines.messages).toEqual(['service-center: some of the instances of x:a are malformed and left out']);
    // another list is sound, and this one unchanged: nothing is told
    answers({ services: { updated: [{ index: 1, rev: 'r' }], notModified: [0] } });
    await center.findInstances('c1', [{ service: keys[0]! }, { service: keys[1]! }]);
    expect(bench.lines.all).toHaveLength(1);
    answers({ services: { updated: [{ index: 0, rev: 'r' }] } });
    await center.findInstances('c1', [{ service: keys[0]! }]);
    expect(bench.lines.messages[1]).toBe('service-center: none of the instances of x:a is malformed any more');
  });

  it('are asked for without a consumer, and not at all for nothing', async () => {
    answers({ services: { updated: [{ index: 0, rev: 'r' }] } });
    expect(await center.findInstances(undefined, [{ service }])).toEqual([
      { kind: 'updated', revision: 'r', instances: [] },
    ]);
    expect(asked().headers['x-consumerid']).toBeUndefined();
    expect(JSON.parse(asked().body)).toEqual({ services: [{ service }] });
    expect(await center.findInstances('c1', [])).toEqual([]);
    expect(plane.asked).toHaveLength(1);
  });

  it.each([[[]], [{}], [{ services: [] }], [{ services: 'none' }]])('an answer of %j is none', async (body) => {
    answers(body);
    await expect(center.findInstances('c1', [{ service }])).rejects.toMatchObject({
      code: 'REGISTRY_ANSWER_INVALID',
      message: expect.stringContaining('expected `services` with what became of each'),
    });
  });
});

describe('contracts', () => {
  it('are listed, read and stored', async () => {
    answers({ schemas: [{ schemaId: 'a', summary: 'x' }, { schemaId: 'b', summary: '' }, { summary: 'y' }] });
    expect(await center.schemas('s1')).toEqual([{ schemaId: 'a', summary: 'x' }, { schemaId: 'b' }]);
    expect(asked().url).toBe(`${R}/microservices/s1/schemas`);
    answers({ schema: 'swagger: "2.0"' });
    expect(await center.schema('s1', 'a b')).toBe('swagger: "2.0"');
    expect(asked().url).toBe(`${R}/microservices/s1/schemas/a%20b`);
    failure('400016');
    expect(await center.schema('s1', 'a')).toBeUndefined();
    empty();
    await center.putSchema('s1', { schemaId: 'a', schema: 'text', summary: 'abc' });
    expect(asked()).toMatchObject({ method: 'PUT', url: `${R}/microservices/s1/schemas/a` });
    expect(JSON.parse(asked().body)).toEqual({ serviceId: 's1', schemaId: 'a', schema: 'text', summary: 'abc' });
  });

  it('are none where the list is left out', async () => {
    answers({});
    expect(await center.schemas('s1')).toEqual([]);
  });
});

describe('an answer that is none', () => {
  const calls: readonly [string, () => Promise<unknown>][] = [
    ['createService', () => center.createService(service)],
    ['createInstance', () => center.createInstance(instance)],
    ['service', () => center.service('s1')],
    ['schema', () => center.schema('s1', 'a')],
    ['findInstances', () => center.findInstances('c', [{ service }])],
  ];

  it.each(calls)('%s without what it needs', async (_, call) => {
    for (const body of [
      {},
      [],
      null,
      'text',
      5,
      { serviceId: 5, instanceId: {}, service: [], schema: 1, services: 0 },
    ]) {
      answers(body);
      await expect(call()).rejects.toMatchObject({ code: 'REGISTRY_ANSWER_INVALID', retryAfterMs: 1000 });
    }
  });

  it.each(calls)('%s refused without a code', async (_, call) => {
    answers({ message: 'no' }, 400);
    await expect(call()).rejects.toThrow('status 400): expected an `errorCode` in the answer, got none');
  });

  it.each(['a b', 'x\r\ny: z', '\ud800', 'x'.repeat(300)])('has the id %j', async (id) => {
    answers({ serviceId: id, instanceId: id, service: { ...service, serviceId: id } });
    for (const call of [calls[0]![1], calls[1]![1], calls[2]![1]]) {
      await expect(call()).rejects.toMatchObject({ code: 'REGISTRY_ANSWER_INVALID' });
    }
  });

  it('is as large as ten megabytes of instances', async () => {
    const instances = Array.from({ length: 5000 }, (_, at) => ({
      ...instance,
      instanceId: `i${at}`,
      properties: { text: 'x'.repeat(2000) },
    }));
    answers({ services: { updated: [{ index: 0, rev: 'r', instances }] } });
    const [batch] = await center.findInstances('c', [{ service }]);
    expect(batch).toEqual({ kind: 'updated', revision: 'r', instances });
  });

  it('has a refusal of bounded length', async () => {
    answers({ errorCode: '400001', errorMessage: 'x'.repeat(100_000), detail: 'y\n'.repeat(100_000) }, 400);
    const error = await center.heartbeat('s1', 'i1').then(
      () => expect.unreachable(),
      (thrown: Error) => thrown,
    );
    expect((error as Error).message.length).toBeLessThan(600);
    expect((error as Error).message).not.toContain('\n');
  });
});
