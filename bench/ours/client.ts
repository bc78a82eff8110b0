/** The typed client through the consumer chain, discovery and balancing included; the answer is the raw peer's. */
import { type Client, createApplication, Injectable, Module, type Plugin, Remote } from '@ts-chassis/core';
import { rest } from '@ts-chassis/rest';
import { obey } from '../harness/call-loop.js';
import { Users } from './shop.js';

@Injectable()
class Caller {
  constructor(@Remote(Users, { service: 'users' }) readonly users: Client<Users>) {}
}

@Module({ providers: [Caller] })
class CallerModule {}

/** Loaded by the client that is measured with it only: every policy in force, none of them ever met. */
function governed(): { plugins: Plugin[]; values: Readonly<Record<string, unknown>> } {
  if (process.env['GOVERNED'] !== 'on') return { plugins: [], values: {} };
  const { governance } = require('@ts-chassis/governance') as typeof import('@ts-chassis/governance');
  const testers = { headers: { 'x-tester': { exact: 'yes' } } };
  const routes = [
    { precedence: 2, match: testers, route: [{ weight: 100, tags: { version: '0.0.2' } }] },
    { precedence: 1, route: [{ weight: 100, tags: { version: '0.0.1' } }] },
  ];
  const values = {
    'servicecomb.routeRule.users': JSON.stringify(routes),
    'servicecomb.governance.retry.consumer.attempts': 3,
    'servicecomb.governance.loadBalance.strategy': 'PowerOfTwoChoices',
    'servicecomb.governance.circuitBreaker.consumer.enabled': true,
    'servicecomb.governance.rateLimit.consumer.services.users.rate': 1_000_000,
  };
  return { plugins: [governance()], values };
}

const { plugins, values } = governed();
const app = createApplication({
  name: 'caller',
  modules: [CallerModule],
  plugins: [rest(), ...plugins],
  ambient: false,
  configuration: {
    directory: false,
    values: {
      'servicecomb.registry.type': 'static',
      'servicecomb.registry.static.users': [`rest://127.0.0.1:${process.env['BACKEND_PORT']}`],
      'servicecomb.log.level': 'warn',
      ...values,
    },
  },
});

async function main(): Promise<void> {
  await app.start();
  const { users } = app.get(Caller);
  obey(async () => {
    const user = await users.find(42, 10);
    if (user.id !== 42) throw new Error(`unexpected answer ${JSON.stringify(user)}`);
    return user;
  });
}

void main();
