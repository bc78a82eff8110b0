import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ServiceIdentity } from '@ts-chassis/core';
import { configOf } from './config-of.fixture.js';
import { changedProperties, serviceRecord } from './service-record.js';

const identity: ServiceIdentity = { environment: '', app: 'shop', service: 'catalog', version: '1.0.0' };
const file = readFileSync(join(__dirname, '../../package.json'), 'utf8');
const { version } = JSON.parse(file) as { version: string };

it('leaves out what is empty', () => {
  expect(serviceRecord({ config: configOf(), identity, schemas: () => [] }, [])).toEqual({
    appId: 'shop',
    serviceName: 'catalog',
    version: '1.0.0',
    status: 'UP',
    alias: 'shop:catalog',
    registerBy: 'SDK',
    framework: { name: 'ts-chassis', version },
  });
});

it('says everything that is configured', () => {
  const config = configOf({
    'servicecomb.service': {
      properties: { team: 'books' },
      paths: [{ path: '/catalog', property: { checksession: 'false' } }],
      schemas: ['configured'],
      status: 'TESTING',
    },
    'servicecomb.registry': { scope: 'full' },
  });
  const record = serviceRecord(
    { config, identity: { ...identity, environment: 'testing' }, schemas: () => ['served'] },
    ['written'],
  );
  expect(record).toMatchObject({
    environment: 'testing',
    properties: { team: 'books', allowCrossApp: 'true' },
    paths: [{ path: '/catalog', property: { checksession: 'false' } }],
    schemas: ['configured', 'written'],
    status: 'UP',
  });
});

it('has no alias when that would be too long', () => {
  const long = { ...identity, app: 'a'.repeat(100), service: 's'.repeat(28) };
  const record = (own: ServiceIdentity): object =>
    serviceRecord({ config: configOf(), identity: own, schemas: () => [] }, []);
  expect(record(long)).not.toHaveProperty('alias');
  expect(record({ ...long, service: 's'.repeat(27) })).toHaveProperty('alias');
});

it('changes properties only when ours are not there as we say them', () => {
  const properties = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'allowCrossApp'), fc.constantFrom('1', '2', 'true'));
  fc.assert(
    fc.property(properties, properties, (there, ours) => {
      const changed = changedProperties(there, ours);
      const after = changed ?? there;
      for (const [name, value] of Object.entries(ours)) expect(after[name]).toBe(value);
      for (const name of ['a', 'b', 'c']) if (!(name in ours)) expect(after[name]).toBe(there[name]);
      expect('allowCrossApp' in after).toBe('allowCrossApp' in ours);
      if (changed) expect({ ...changed }).not.toEqual({ ...there });
      expect(changedProperties(after, ours)).toBeUndefined();
    }),
  );
});
