import { replyWith, Unavailable } from '@ts-chassis/core';
import { memory, MemoryNetwork, memoryRegistry } from '@ts-chassis/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { balancingIn, type Balancing } from './balancing.fixture.js';

const balancing = balancingIn({ memory, MemoryNetwork, memoryRegistry });
let made: Balancing;
afterEach(() => made.stop());

const STICKY = { 'cse.loadbalance.strategy.name': 'SessionStickiness' };
const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const start = (values: object = {}) => balancing({ values: { ...STICKY, ...values } }, ...ids);
const withCookie = (id: string) => ({ headers: { Cookie: `theme=dark; go-chassisLB=${id}` } });

/** The one instance that all these calls go to. */
async function only(options: object = {}, times = 5): Promise<string> {
  const { to } = await made.calling(times, options);
  expect(new Set(to).size).toBe(1);
  return to[0]!;
}

describe('SessionStickiness', () => {
  it('sticks: all calls of one namespace go to one instance, of many namespaces to many', async () => {
    made = await start();
    const targets = new Set<string>();
    for (let tenant = 0; tenant < 20; tenant += 1) {
      const options = { headers: { _Session_Namespace: `tenant-${tenant}` } };
      const target = await only(options);
      expect(await only(options)).toBe(target);
      targets.add(target);
    }
    expect(targets.size).toBeGreaterThan(3);
  });

  it('gives a caller without a session its cookie, whose id leads back to the same instance', async () => {
    made = await start();
    const reply = await made.call();
    const target = made.calls.at(-1)!;
    const [cookie] = reply.headers.all('set-cookie');
    expect(cookie).toMatch(/^go-chassisLB=[\w-]{43}=$/);
    const id = cookie!.slice('go-chassisLB='.length);
    const next = await made.call(withCookie(id));
    expect(made.calls.at(-1)).toBe(target);
    expect(next.headers.has('set-cookie')).toBe(false);
    // go-chassis's double prefix, and metadata where there are no cookies
    expect(await only(withCookie(`go-chassisLB=${id}`))).toBe(target);
    expect(await only({ headers: { 'go-chassisLB': `go-chassisLB=${id}` } })).toBe(target);
  });

  it('sends an id of elsewhere to the same instance from every consumer', async () => {
    made = await start();
    const there = await only(withCookie('from-a-gateway'));
    await made.stop();
    made = await start();
    expect(await only(withCookie('from-a-gateway'))).toBe(there);
  });

  it('begins a new session when the instance is gone, and says so', async () => {
    made = await start();
    const first = await only(withCookie('x'));
    await made.remove(first);
    const reply = await made.call(withCookie('x'));
    const second = made.calls.at(-1)!;
    expect(second).not.toBe(first);
    const [cookie] = reply.headers.all('set-cookie');
    expect(cookie).toBeDefined();
    expect(await only(withCookie(cookie!.slice('go-chassisLB='.length)))).toBe(second);
  });

  it('ends a session that is not used for sessionTimeoutInSeconds', async () => {
    made = await start({ 'cse.loadbalance.SessionStickinessRule.sessionTimeoutInSeconds': 10 });
    const cookieOf = async () => (await made.call()).headers.get('set-cookie');
    const first = await cookieOf();
    await made.clock.advance(9_999);
    expect(await cookieOf()).toBe(first);
    await made.clock.advance(10_000);
    expect(await cookieOf()).not.toBe(first);
  });

  it('ends a session after successiveFailedTimes failures in a row, which a success interrupts', async () => {
    made = await start({ 'cse.loadbalance.catalog.SessionStickinessRule.successiveFailedTimes': 2 });
    const cookieOf = async () => (await made.call()).headers.get('set-cookie');
    const first = await cookieOf();
    const target = made.calls.at(-1)!;
    const fail = () => made.answer(target, () => Promise.reject(new Error('broken')));
    const mend = () => made.answer(target, () => 'fine');
    fail();
    await made.calling(1);
    mend();
    expect(await cookieOf()).toBe(first);
    fail();
    await made.calling(1);
    mend();
    expect(await cookieOf()).toBe(first);
    fail();
    await made.calling(2);
    mend();
    expect(await cookieOf()).not.toBe(first);
  });

  it('that ended so does not lead whoever still brings its id back to the failed instance', async () => {
    made = await start({
      'cse.loadbalance.SessionStickinessRule.successiveFailedTimes': 3,
      'cse.loadbalance.isolation.enabled': false,
    });
    const target = await only(withCookie('x'));
    made.answer(target, () => Promise.reject(new Error('broken')));
    expect((await made.calling(3, withCookie('x'))).failed).toBe(3);
    const { to, failed } = await made.calling(20, withCookie('x'));
    expect([failed, to.includes(target)]).toEqual([0, false]);
  });

  it('is not moved by a try that failed: the retry goes elsewhere, the next call comes back', async () => {
    made = await start({
      'cse.loadbalance.retryEnabled': true,
      'cse.loadbalance.retryOnNext': 1,
      'servicecomb.governance.retry.onlyIdempotent': false,
    });
    const target = await only(withCookie('x'));
    made.answer(target, () => Promise.reject(Unavailable('busy')));
    const { to, failed } = await made.calling(1, withCookie('x'));
    expect([to.length, to[0], failed]).toEqual([2, target, 0]);
    expect(to[1]).not.toBe(target);
    made.answer(target, () => 'fine');
    expect(await only(withCookie('x'))).toBe(target);
  });

  it('takes up the id that the provider sets itself', async () => {
    made = await start();
    for (const id of ids)
      made.answer(id, () => replyWith(id, { headers: { 'set-cookie': 'go-chassisLB=theirs; Path=/' } }));
    const reply = await made.call();
    const target = made.calls.at(-1)!;
    expect(reply.headers.all('set-cookie')).toEqual(['go-chassisLB=theirs; Path=/']);
    expect(await only(withCookie('theirs'))).toBe(target);
    expect(await only()).toBe(target);
  });
});
