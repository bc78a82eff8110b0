import { describe, expect, it } from 'vitest';
import { readingLeaves } from './leaves.js';
import { SectionIndex } from './section-index.js';
import { CORE_SECTIONS } from './sections/core-sections.js';
import { defineSection } from './section.js';
import { finish } from './steps.js';
import { findingUnknown } from './unknown-keys.js';

const Shop = defineSection({
  key: 'shop',
  live: true,
  schema: {
    type: 'object',
    properties: {
      discount: { type: 'number' },
      tags: { type: 'object', additionalProperties: { type: 'string' } },
      limits: { type: 'object', properties: { rate: { type: 'number' } } },
      free: { type: 'object' },
    },
  },
});
const index = new SectionIndex([...CORE_SECTIONS, Shop]);
const said = (values: Record<string, unknown>, caseless = false): readonly string[] =>
  finish(findingUnknown(finish(readingLeaves({ values, place: () => 'conf/a.yaml:1' })), index, caseless));

describe('unknown keys', () => {
  it.each([
    ['servicecomb.registry.adress', 'servicecomb.registry.address'],
    ['servicecomb.registri.address', 'servicecomb.registry.address'],
    ['servicecomb.registry.Address', 'servicecomb.registry.address'],
    ['servicecomb.protocols.rest.listenAdress', 'servicecomb.protocols.rest.listenAddress'],
    ['servicecomb.protocol.rest.listenAddress', 'servicecomb.protocols.rest.listenAddress'],
    ['servicecomb.handler.chain.provider.default', 'servicecomb.handler.chain.Provider.default'],
    ['servicecomb.transport.maxBodyByte.rest', 'servicecomb.transport.maxBodyBytes.rest'],
    ['servicecomb.norefreshSchema', 'servicecomb.noRefreshSchema'],
    ['region.zone', undefined],
    ['shop.discuont', 'shop.discount'],
    ['shop.limits.rat', 'shop.limits.rate'],
    ['servicecomb.nothing.like.it', undefined],
  ])('%s: %s was meant', (key, meant) => {
    const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
    expect(said({ [key]: 1 })).toEqual([`conf/a.yaml:1: unknown key ${key}${hint}`]);
  });

  it('are none of our affair below roots that nobody declared', () => {
    expect(said({ own: { a: 1 }, PATH: 'x', logLevel: 'INFO' })).toEqual([]);
  });

  it('are none where names are free', () => {
    expect(said({ shop: { tags: { 'a.b': 'x' }, free: { any: { depth: 1 } }, discount: 1 } })).toEqual([]);
    expect(
      said({ servicecomb: { service: { instanceProperties: { zone: 'z' } }, transport: { timeout: { grpc: '1s' } } } }),
    ).toEqual([]);
  });

  it('that another package reads are named once, with the package', () => {
    expect(said({ cse: { loadbalance: { strategy: { name: 'RoundRobin' }, retryEnabled: true } } })).toEqual([
      'cse.loadbalance is configured, but read by @ts-chassis/governance only, which is not listed',
    ]);
  });

  it('of variables count below the framework’s own roots only', () => {
    expect(said({ 'SSL.CERT.FILE': 'x', 'SHOP.OWNER': 'x', 'REGION.NAME.X': 'x' }, true)).toEqual([]);
    expect(said({ 'SERVICECOMB.REGISTRY.ADRESS': 'x' }, true)).toHaveLength(1);
  });

  it('are none of variables that mean a key by a name of their own', () => {
    const project = {
      key: 'shop.center',
      live: false,
      schema: { type: 'object', properties: { project: { type: 'string' } } },
    };
    const listed = new SectionIndex([
      defineSection({ ...project, aliases: { CSE_PROJECT_ID: 'shop.center.project' } }),
    ]);
    const values = { CSE_PROJECT_ID: 'x', 'CSE.PROJECT.ID': 'x', 'CSE.PROJECT.NAME': 'x' };
    const leaves = finish(readingLeaves({ values, place: (key) => `variable ${key}` }));
    expect(finish(findingUnknown(leaves, listed, true))).toEqual([
      'variable CSE.PROJECT.NAME: unknown key CSE.PROJECT.NAME',
    ]);
  });

  it('that are accepted for go-chassis’s sake are said to have no effect', () => {
    expect(said({ servicecomb: { protocols: { rest: { workerNumber: 4, transport: 'tcp' } } } })).toEqual([
      'conf/a.yaml:1: servicecomb.protocols.rest.workerNumber is accepted and has no effect',
      'conf/a.yaml:1: servicecomb.protocols.rest.transport is accepted and has no effect',
    ]);
  });

  it('of a listener are read by the package of its protocol', () => {
    expect(said({ servicecomb: { protocols: { rest: { cors: { enable: true } } } } })).toEqual([
      'servicecomb.protocols.*.cors is configured, but read by @ts-chassis/rest only, which is not listed',
    ]);
  });
});

it('a key below one that a listed package reads is told with what was meant, not with the package', () => {
  const Breaker = defineSection({
    key: 'servicecomb.governance.circuitBreaker',
    live: true,
    schema: { type: 'object', properties: { enabled: { type: 'boolean' } } },
    aliases: { 'cse.circuitBreaker.Consumer.enabled': 'servicecomb.governance.circuitBreaker.enabled' },
  });
  const listed = new SectionIndex([...CORE_SECTIONS, Breaker]);
  const key = 'cse.circuitBreaker.Consumer.enabeld';
  const leaves = finish(readingLeaves({ values: { [key]: true }, place: () => 'a.yaml:1' }));
  expect(finish(findingUnknown(leaves, listed, false))).toEqual([
    `a.yaml:1: unknown key ${key}; did you mean cse.circuitBreaker.Consumer.enabled?`,
  ]);
});
