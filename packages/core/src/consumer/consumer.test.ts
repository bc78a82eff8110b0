import { describe, expect, it } from 'vitest';
import { invocation, operation } from '../chain/planning.fixture.js';
import { ChassisError } from '../errors/chassis-error.js';
import { runAmbient } from '../invocation/ambient.js';
import { HeaderMap } from '../invocation/header-map.js';
import type { Invocation } from '../invocation/invocation.js';
import { PropagatedContext } from '../invocation/propagated-context.js';
import { Calling, endpointAt, FakeTransport, instance } from './calling.fixture.js';
import { TargetListener, type CallOptions } from './call-options.js';

/** What is sent for a call, made inside an invocation where one is given. */
async function sent(calling: Calling, options: CallOptions = {}, parent?: Invocation): Promise<Invocation> {
  const make = (): Promise<unknown> => calling.consumer.call(calling.target, ['42'], options);
  await (parent ? runAmbient(parent, make) : make());
  return calling.rest.sent.at(-1)!;
}

const failureOf = (promise: Promise<unknown>): Promise<ChassisError> =>
  promise.then(
    () => expect.fail('it did not fail'),
    (error: ChassisError) => error,
  );

describe('a call', () => {
  it('runs the consumer chain and sends to an instance of the service', async () => {
    const calling = new Calling();
    const order: string[] = [];
    calling.planning.add('tracing-consumer', {
      side: 'consumer',
      handler: {
        async handle(inner, next) {
          order.push(`to ${inner.endpoint?.port}`);
          return next(inner);
        },
      },
    });
    const reply = await calling.consumer.call(calling.target, ['42']);
    expect(reply.value).toBe('answered');
    expect(order).toEqual(['to 1']);
    expect(calling.rest.sent[0]).toMatchObject({
      args: ['42'],
      service: 'catalog',
      source: { service: 'orders' },
      attempt: 1,
    });
    expect(calling.rest.sent[0]?.get(TargetListener)).toBe('rest');
  });

  it('rejects, and never throws at once, when it cannot be made', async () => {
    const none = new Calling({ transports: [] });
    expect(await failureOf(none.consumer.call(none.target, []))).toMatchObject({ code: 'NO_TRANSPORT' });
    const { consumer, target } = new Calling();
    expect(await failureOf(consumer.call(target, [], { endpoint: 'nonsense' }))).toMatchObject({
      code: 'LISTENER_INVALID',
    });
    expect(await failureOf(consumer.call(target, [], { chain: 'typo' }))).toMatchObject({ code: 'CHAIN_INVALID' });
  });

  it('passes on a failure of ours and hides what else a transport throws', async () => {
    const calling = new Calling();
    const own = new ChassisError('NOT_FOUND', 'no book', { remote: true });
    calling.rest.answer = () => Promise.reject(own);
    expect(await failureOf(calling.consumer.call(calling.target, []))).toBe(own);
    calling.rest.answer = () => Promise.reject(new Error('socket'));
    expect(await failureOf(calling.consumer.call(calling.target, []))).toMatchObject({
      kind: 'INTERNAL',
      cause: { message: 'socket' },
    });
  });

  it('plans the chain it names, before it is made where that is asked for', async () => {
    const calling = new Calling({
      values: { 'servicecomb.handler.chain.Consumer.quick': 'shout,loadbalance,transport' },
    });
    calling.planning.add('shout', {
      side: 'consumer',
      handler: { handle: async (inner, next) => ({ ...(await next(inner)), value: 'loud' }) },
    });
    expect((await calling.consumer.call(calling.target, [], { chain: 'quick' })).value).toBe('loud');
    expect((await calling.consumer.call(calling.target, [])).value).toBe('answered');
    calling.consumer.plan(calling.target, 'quick');
    expect(() => calling.consumer.plan(calling.target, 'typo')).toThrow(
      expect.objectContaining({ code: 'CHAIN_INVALID' }),
    );
  });
});

describe('the time of a call', () => {
  it('is that of its options, else of the service, else of the application', async () => {
    const settings = { timeoutMs: 1000, services: { catalog: { timeoutMs: 500 } } };
    expect((await sent(new Calling(), {})).deadline).toBe(1000);
    expect((await sent(new Calling({ settings }), {})).deadline).toBe(500);
    expect((await sent(new Calling({ settings }), { timeoutMs: 50 })).deadline).toBe(50);
  });

  it('is not taken from what every object has', async () => {
    const calling = new Calling();
    await calling.consumer.call({ service: 'constructor', operation: operation() }, []);
    expect(calling.rest.sent[0]?.deadline).toBe(1000);
  });

  it('ends with that of the invocation it is made in, but not later', async () => {
    expect((await sent(new Calling(), {}, invocation({ deadline: 70 }))).deadline).toBe(70);
    expect((await sent(new Calling(), { timeoutMs: 50 }, invocation({ deadline: 70 }))).deadline).toBe(50);
  });

  it('ends the call while the transport is silent, and tells it', async () => {
    const calling = new Calling();
    calling.rest.answer = () => new Promise(() => undefined);
    const failure = failureOf(calling.consumer.call(calling.target, [], { timeoutMs: 50 }));
    await calling.planning.clock.advance(50);
    expect(await failure).toMatchObject({ code: 'CALL_DEADLINE' });
    expect(calling.rest.sent[0]?.signal.aborted).toBe(true);
    expect(calling.planning.clock.pending).toBe(0);
  });

  it('that is over already makes no call', async () => {
    const calling = new Calling();
    await calling.planning.clock.advance(100);
    const failure = failureOf(
      runAmbient(invocation({ deadline: 100 }), () => calling.consumer.call(calling.target, [])),
    );
    expect(await failure).toMatchObject({ code: 'CALL_DEADLINE' });
    expect(calling.rest.sent).toEqual([]);
  });
});

describe('a call inside an invocation', () => {
  it('inherits context, mark and span', async () => {
    const parent = invocation({ context: PropagatedContext.of([['tenant', 'acme']]) });
    parent.mark = 'gold';
    const call = await sent(new Calling(), {}, parent);
    expect(call.context.get('tenant')).toBe('acme');
    expect(call).toMatchObject({ mark: 'gold', parent, span: parent.span });
    expect(call.principal).toBeUndefined();
  });

  it('adds to the context of itself alone', async () => {
    const parent = invocation({ context: PropagatedContext.of([['tenant', 'acme']]) });
    const call = await sent(new Calling(), {}, parent);
    call.setContext('tenant', 'other');
    expect(parent.context.get('tenant')).toBe('acme');
  });

  it('forwards the headers that are allowed, and neither Authorization nor cookies unless they are named', async () => {
    const headers = HeaderMap.of({ authorization: 'Bearer x', cookie: 'a=b', 'x-tenant': ['a', 'b'], 'x-other': '1' });
    const parent = invocation({ headers });
    expect((await sent(new Calling(), {}, parent)).headers.record).toEqual({});
    const named = new Calling({ settings: { forwardHeaders: ['X-Tenant', 'x-missing'] } });
    expect((await sent(named, {}, parent)).headers.record).toEqual({ 'x-tenant': ['a', 'b'] });
    const trusting = new Calling({ settings: { forwardHeaders: ['authorization'] } });
    expect((await sent(trusting, {}, parent)).headers.get('authorization')).toBe('Bearer x');
  });

  it.each([
    ['caller, context and deadline', ['x-cse-src-microservice', 'X-CSE-Context', 'x-chassis-timeout-ms']],
    ['what belongs to a message', ['Host', 'content-length', 'Content-Type', 'accept-encoding', 'content-encoding']],
    ['what belongs to a connection', ['connection', 'TE', 'transfer-encoding', 'upgrade', 'keep-alive']],
  ])('never forwards %s, whatever is named', async (_what, names) => {
    const headers = HeaderMap.of(Object.fromEntries(names.map((name) => [name.toLowerCase(), 'forged'])));
    const calling = new Calling({ settings: { forwardHeaders: names } });
    expect((await sent(calling, {}, invocation({ headers }))).headers.record).toEqual({});
  });

  it('sends its own headers, which win over forwarded ones', async () => {
    const calling = new Calling({ settings: { forwardHeaders: ['x-tenant'] } });
    const parent = invocation({ headers: HeaderMap.of({ 'x-tenant': 'a' }) });
    const call = await sent(calling, { headers: { 'X-Tenant': 'b', 'X-Own': 'c' } }, parent);
    expect(call.headers.record).toEqual({ 'x-tenant': 'b', 'x-own': 'c' });
  });

  it('is cancelled with it, and no more once it is over', async () => {
    const calling = new Calling();
    calling.rest.answer = () => new Promise(() => undefined);
    const parent = invocation();
    const failure = failureOf(runAmbient(parent, () => calling.consumer.call(calling.target, [])));
    await calling.planning.clock.advance(0);
    parent.cancel(new ChassisError('CANCELLED', 'the browser left'));
    expect(await failure).toMatchObject({ message: 'the browser left' });
    const later = invocation();
    calling.rest.answer = () => 1;
    const call = await sent(calling, {}, later);
    later.cancel('too late');
    expect(call.cancelled).toBe(false);
  });

  it('stays linked to it while its stream runs, and no longer than that', async () => {
    const calling = new Calling();
    calling.rest.answer = () => counting();
    const open = async (parent: Invocation): Promise<AsyncIterator<unknown>> => {
      const reply = await runAmbient(parent, () => calling.consumer.call(calling.target, []));
      return (reply.value as AsyncIterable<unknown>)[Symbol.asyncIterator]();
    };
    const parent = invocation();
    const items = await open(parent);
    await items.next();
    parent.cancel('left');
    expect(await failureOf(items.next())).toMatchObject({ code: 'CALL_CANCELLED' });
    const other = invocation();
    const left = await open(other);
    await left.next();
    await left.return?.();
    other.cancel('later');
    expect(calling.rest.sent.at(-1)?.cancelled).toBe(false);
    expect(calling.planning.clock.pending).toBe(0);
  });
});

describe('the signal of a call', () => {
  it('gives it up', async () => {
    const calling = new Calling();
    calling.rest.answer = () => new Promise(() => undefined);
    const controller = new AbortController();
    const failure = failureOf(calling.consumer.call(calling.target, [], { signal: controller.signal }));
    controller.abort(new Error('changed my mind'));
    expect(await failure).toMatchObject({ code: 'CALL_CANCELLED', cause: { message: 'changed my mind' } });
  });

  it('that has aborted already lets nothing be sent', async () => {
    const calling = new Calling();
    const failure = await failureOf(calling.consumer.call(calling.target, [], { signal: AbortSignal.abort() }));
    expect(failure).toMatchObject({ code: 'CALL_CANCELLED' });
    expect(calling.rest.sent).toEqual([]);
  });

  it('is let go of when the call is over', async () => {
    const controller = new AbortController();
    const call = await sent(new Calling(), { signal: controller.signal });
    controller.abort();
    expect(call.cancelled).toBe(false);
  });
});

describe('where a call goes', () => {
  const grpc = new FakeTransport('grpc');
  const onlyRpc = Object.assign(new FakeTransport(), { speaks: () => false });

  it('is by the first protocol that speaks of the operation', async () => {
    const calling = new Calling({ transports: [onlyRpc, grpc] });
    calling.discovery.known = [instance('i1', { endpoints: [endpointAt(1), endpointAt(2, 'grpc')] })];
    await calling.consumer.call(calling.target, []);
    expect(grpc.sent.at(-1)?.endpoint?.port).toBe(2);
  });

  it('is by the protocol that is configured for the service, or asked for', async () => {
    const settings = { services: { catalog: { protocol: 'grpc' } } };
    const calling = new Calling({ settings, transports: [new FakeTransport(), grpc, new FakeTransport('talk')] });
    const endpoints = ['rest', 'grpc', 'talk'].map((listener, index) => endpointAt(index + 1, listener));
    calling.discovery.known = [instance('i1', { endpoints })];
    await calling.consumer.call(calling.target, []);
    expect(grpc.sent.at(-1)?.endpoint?.port).toBe(2);
    expect(await failureOf(calling.consumer.call(calling.target, [], { protocol: 'thrift' }))).toMatchObject({
      code: 'NO_INSTANCE',
    });
  });

  it('is to the listener that is asked for', async () => {
    const calling = new Calling();
    calling.discovery.known = [instance('i1', { endpoints: [endpointAt(1), endpointAt(2, 'rest-admin')] })];
    expect((await sent(calling, { port: 'admin' })).endpoint?.port).toBe(2);
  });

  it('is to an endpoint without discovery, in either of its forms', async () => {
    const calling = new Calling();
    calling.discovery.known = [];
    expect((await sent(calling, { endpoint: 'rest://10.0.0.1:80' })).endpoint).toMatchObject({
      host: '10.0.0.1',
      port: 80,
    });
    expect((await sent(calling, { endpoint: endpointAt(5) })).endpoint?.port).toBe(5);
    expect(await failureOf(calling.consumer.call(calling.target, [], { endpoint: 'talk://a:1' }))).toMatchObject({
      code: 'NO_TRANSPORT',
      message: 'catalog.find: the endpoint of "catalog" speaks "talk", which no listed plug-in does',
    });
  });

  it('is nowhere when nobody balances', async () => {
    const calling = new Calling({ values: { 'servicecomb.handler.chain.Consumer.default': 'transport' } });
    expect(await failureOf(calling.consumer.call(calling.target, []))).toMatchObject({
      code: 'NO_INSTANCE',
      message: expect.stringContaining('is "loadbalance" in the chain?') as string,
    });
  });
});

describe('a reply that is a stream', () => {
  it('comes once its first item is there, so that an early failure is one of the call', async () => {
    const calling = new Calling();
    calling.rest.answer = () => failing();
    expect(await failureOf(calling.consumer.call(calling.target, []))).toMatchObject({ kind: 'UNAVAILABLE' });
  });
});

async function* counting(): AsyncIterable<number> {
  for (let number = 1; ; number += 1) yield await Promise.resolve(number);
}

// oxlint-disable-next-line require-yield -- it fails before
async function* failing(): AsyncIterable<number> {
  throw new ChassisError('UNAVAILABLE', 'reset');
}
