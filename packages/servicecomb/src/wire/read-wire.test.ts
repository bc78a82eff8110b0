import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBatch } from './read-batch.js';
import { readFailure } from './read-failure.js';
import { readInstance, readList } from './read-instance.js';
import { readSchemaRecord } from './read-schema.js';
import { readService, readServiceKey } from './read-service.js';
import { readWatchEvent } from './read-watch-event.js';

const whole = {
  instanceId: 'i',
  serviceId: 's',
  endpoints: ['rest://127.0.0.1:9999'],
  hostName: 'h',
  status: 'UP',
  properties: { k: 'v' },
  healthCheck: { mode: 'push', interval: 30, times: 3 },
  timestamp: '1795353416',
  modTimestamp: '1795353416',
  dataCenterInfo: { name: 'd', region: 'r', availableZone: 'z' },
  version: '1.0.0',
};
const key = { tenant: 'default/default', appId: 'a1', serviceName: 'Prov', version: '1.0.0' };

describe('reading records', () => {
  it('loses nothing of a whole instance', () => {
    expect(readInstance(whole)).toEqual(whole);
    expect(readInstance({ ...whole, healthCheck: { ...whole.healthCheck, port: 1, url: '/h' } })).toEqual({
      ...whole,
      healthCheck: { ...whole.healthCheck, port: 1, url: '/h' },
    });
  });

  it('keeps an instance of which only the ids are sound', () => {
    const broken = {
      ...whole,
      endpoints: 5,
      hostName: [],
      status: 3,
      properties: 'x',
      healthCheck: {},
      dataCenterInfo: 1,
    };
    const { instanceId, serviceId, timestamp, modTimestamp, version } = whole;
    const rest = { instanceId, serviceId, timestamp, modTimestamp, version };
    expect(readInstance(broken)).toEqual({ ...rest, endpoints: [], hostName: '' });
  });

  it('bounds the endpoints of one instance', () => {
    const endpoints = Array.from({ length: 10_000 }, (_, at) => `rest://h:${at}`);
    expect(readInstance({ ...whole, endpoints })?.endpoints).toHaveLength(64);
  });

  it('reads an event as captured, and none that is not one', () => {
    const event = { action: 'CREATE', key, instance: whole };
    expect(readWatchEvent(JSON.stringify(event))).toEqual(event);
    for (const text of ['', 'service does not exist', '{', 'null', '[]', '{}'])
      expect(readWatchEvent(text)).toBeUndefined();
    expect(readWatchEvent(JSON.stringify({ ...event, action: 'DANCE' }))).toBeUndefined();
    expect(readWatchEvent(JSON.stringify({ ...event, instance: {} }))).toBeUndefined();
    expect(readWatchEvent(JSON.stringify({ ...event, key: {} }))).toBeUndefined();
  });

  it('is harmless with names of prototypes', () => {
    const text =
      '{"instanceId":"i","serviceId":"s","endpoints":[],"properties":{"__proto__":"x","constructor":"y","a":"b"}}';
    const { properties } = readInstance(JSON.parse(text))!;
    expect(Object.entries(properties!)).toEqual([
      ['constructor', 'y'],
      ['a', 'b'],
    ]);
    expect(Object.assign({}, properties)).toEqual({ constructor: 'y', a: 'b' });
  });

  it('is not hurt by depth', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(readInstance({ ...whole, properties: { deep } })?.properties).toEqual({});
    expect(readList(deep, readInstance)).toEqual({ records: [], malformed: 1 });
    expect(readBatch({ services: { updated: deep, failed: deep, notModified: deep } }, 1)?.answers).toHaveLength(1);
  });

  it('never throws, whatever it is given', () => {
    const field = fc.constantFrom(
      ...Object.keys(whole),
      ...Object.keys(key),
      'services',
      'updated',
      'failed',
      'rev',
      'index',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: 'small' }, fc.jsonValue(), fc.dictionary(field, tie('any')), fc.array(tie('any'))),
    })).any;
    fc.assert(
      fc.property(value, fc.nat(5), (one, count) => {
        readService(one);
        readServiceKey(one);
        readSchemaRecord(one);
        readFailure(one);
        readWatchEvent(JSON.stringify({ action: 'CREATE', key: one, instance: one }));
        const list = readList([one], readInstance);
        expect(list.records.length + list.malformed).toBe(1);
        const batch = readBatch({ services: one }, count);
        if (batch) expect(batch.answers).toHaveLength(count);
      }),
    );
  });

  it('takes codes of failures as text and as numbers', () => {
    expect(readFailure({ errorCode: 400012, errorMessage: 'm' })).toEqual({ errorCode: '400012', errorMessage: 'm' });
    expect(readFailure({ errorMessage: 'm' })).toBeUndefined();
  });
});
