import { expect } from 'vitest';
import { atEachRegistry } from './servicecomb/at-each-registry.js';
import { RECORDS, type CasesOf } from './servicecomb/matrix.js';
import { found, known, type Stage } from './servicecomb/stage.js';

type Fields = Readonly<Record<string, unknown>>;

/** Asks the registry as an operator would. */
async function asked<T>({ registry }: Stage, path: string): Promise<T> {
  const answer = await fetch(`${registry.url}/v4/default/registry${path}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

async function recordsOf(stage: Stage, name: string): Promise<{ service: Fields; instance: Fields }> {
  const { services } = await asked<{ services: Fields[] }>(stage, '/microservices');
  const service = services.find(({ serviceName }) => serviceName === name)!;
  const { instances } = await asked<{ instances: Fields[] }>(
    stage,
    `/microservices/${String(service['serviceId'])}/instances`,
  );
  expect(instances.length).toBe(1);
  return { service, instance: instances[0]! };
}

const same = (record: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, record[name]]));

const cases: CasesOf<typeof RECORDS, Stage> = {
  async records(stage) {
    const properties = { zone: 'z1' };
    const go = await stage.go('provider', { instanceProperties: properties });
    const ts = await stage.ts('TsProvider', {
      values: {
        'servicecomb.service': {
          ...{ name: 'TsProvider', version: '1.0.0', app: 'interop', properties: { team: 'blue' } },
          instanceProperties: properties,
        },
      },
    });
    const [theirs, ours] = [await recordsOf(stage, 'GoProvider'), await recordsOf(stage, 'TsProvider')];
    const common = ['appId', 'version', 'level', 'status', 'registerBy', 'environment'];
    expect(same(ours.service, common)).toEqual(same(theirs.service, common));
    expect(theirs.service).toMatchObject({ alias: 'interop:GoProvider', framework: { name: 'Go-Chassis' } });
    expect(ours.service).toMatchObject({
      ...{ alias: 'interop:TsProvider', framework: { name: 'ts-chassis' }, properties: { team: 'blue' } },
      schemas: expect.arrayContaining(['interop']) as string[],
    });
    for (const id of ['serviceId', 'timestamp', 'modTimestamp']) {
      expect(ours.service[id]).toMatch(id === 'serviceId' ? /^[0-9a-f]{40}$/ : /^\d{10}$/);
    }
    const instanceFields = ['status', 'hostName', 'healthCheck', 'version', 'dataCenterInfo'];
    expect(same(ours.instance, instanceFields)).toEqual(same(theirs.instance, instanceFields));
    expect(theirs.instance).toMatchObject({ properties, endpoints: [`rest://127.0.0.1:${go.port}`] });
    expect(ours.instance['properties']).toMatchObject(properties);
    expect([...(ours.instance['endpoints'] as string[])].sort()).toEqual([
      `grpc://127.0.0.1:${ts.grpcPort}`,
      `rest://127.0.0.1:${ts.port}`,
    ]);
    expect(ours.instance['instanceId']).toBe(ts.own.registered!.id);
    // theirs have every field of ours, and ours every field of theirs
    expect(Object.keys(ours.instance).sort()).toEqual(Object.keys(theirs.instance).sort());
  },

  async contracts(stage) {
    await stage.ts('TsProvider');
    const { service } = await recordsOf(stage, 'TsProvider');
    const id = String(service['serviceId']);
    const { schema } = await asked<{ schema: string }>(stage, `/microservices/${id}/schemas/interop`);
    const document = JSON.parse(schema) as { readonly info: Fields; readonly paths: Fields };
    expect(document.info['x-java-interface']).toBe('org.example.interop.Interop');
    expect(Object.keys(document.paths)).toContain('/greet/{name}');
    const consumer = await stage.ts('TsConsumer');
    await found(consumer, 'TsProvider');
    const greeted = await consumer.invoker.invoke('TsProvider', 'interop', 'greet', {
      name: 'Ada',
      times: 1,
      'x-mark-of-end': '!',
    });
    expect(greeted).toEqual({ greeting: 'Hello Ada!' });
  },

  async drain(stage) {
    const leaving = await stage.ts('TsProvider');
    await stage.ts('TsProvider', { version: '1.0.1' });
    const go = await stage.go('consumer');
    await known(go, 'TsProvider', 2);
    const ts = await stage.ts('TsConsumer');
    await found(ts, 'TsProvider', 2);
    const calls = go.call({ service: 'TsProvider', path: '/who', forMs: 3000, everyMs: 10, tags: { app: 'interop' } });
    const ours = (async () => {
      const statuses: number[] = [];
      for (const until = Date.now() + 3000; Date.now() < until;) {
        statuses.push((await ts.rest.fetch('http://TsProvider/who')).status);
      }
      return statuses;
    })();
    await leaving.stop();
    expect(new Set(await ours)).toEqual(new Set([200]));
    expect(new Set((await calls).map(({ status }) => status))).toEqual(new Set([200]));
    const { services } = await asked<{ services: Fields[] }>(stage, '/microservices');
    const [old] = services.filter(({ serviceName, version }) => serviceName === 'TsProvider' && version === '1.0.0');
    expect(await asked(stage, `/microservices/${String(old!['serviceId'])}/instances`)).toEqual({});
  },
};

atEachRegistry('records of services', { rows: RECORDS, cases });
