import { describe, expect, it } from 'vitest';
import { registryContext } from '@ts-chassis/testing';
import { configOf } from './config-of.fixture.js';
import { FakeServiceCenter } from './fake-service-center.fixture.js';
import { SharedSessions } from './shared-sessions.js';

const ROLES = ['registrator.Consumer', 'serviceDiscovery.Consumer', 'contractDiscovery.Consumer'] as const;

function setUp(): { readonly sessions: SharedSessions; readonly made: FakeServiceCenter[] } {
  const made: FakeServiceCenter[] = [];
  const sessions = new SharedSessions(() => {
    const center = new FakeServiceCenter();
    made.push(center);
    return center;
  });
  return { sessions, made };
}

describe('SharedSessions', () => {
  it('gives roles of the same addresses one connection and one service, until the last of them is closed', async () => {
    const { sessions, made } = setUp();
    const context = registryContext({ config: configOf(), addresses: ['http://one', 'http://two'] });
    const roles = ROLES.map((tag) => sessions.take(context, tag));
    expect(made).toEqual([]);
    await Promise.all(roles.map((role) => role.serviceId()));
    expect(made).toHaveLength(1);
    expect(made[0]?.calls).toHaveLength(2);
    await roles[0]?.close();
    await roles[0]?.close();
    await roles[1]?.close();
    expect(made[0]?.isClosed).toBe(false);
    await roles[2]?.close();
    expect(made[0]?.isClosed).toBe(true);
  });

  it('keeps roles of other addresses, or of another TLS, apart', async () => {
    const { sessions, made } = setUp();
    const config = configOf({ ssl: { 'registrator.Consumer': {}, registrator: { Consumer: { caFile: 'ca.pem' } } } });
    const one = registryContext({ config, addresses: ['https://one'] });
    const two = registryContext({ config, addresses: ['http://two'] });
    const taken = [...ROLES.map((tag) => sessions.take(one, tag)), ...ROLES.map((tag) => sessions.take(two, tag))];
    await Promise.all(taken.map((role) => role.serviceId()));
    expect(made).toHaveLength(3);
  });

  it('never connects for roles that are closed before they were used', async () => {
    const { sessions, made } = setUp();
    const role = sessions.take(registryContext({ config: configOf(), addresses: ['http://one'] }), ROLES[0]);
    await role.close();
    await expect(role.serviceId()).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(made).toEqual([]);
  });
});
