import {
  AlreadyExists,
  ChassisError,
  annotate,
  createParamDecorator,
  Field,
  Handler,
  Injectable,
  mapError,
  MapErrors,
  metadataKey,
  Module,
  PermissionDenied,
  replyOf,
  replyWith,
  Returns,
  Schema,
  Unauthenticated,
  Use,
  type Application,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Body, Query } from './decorators/parameters.js';
import { Get, Post } from './decorators/routes.js';
import { startServing } from './serving-application.fixture.js';

/** What docs/coming-from-nest.md shows, as a whole. */

const RolesKey = metadataKey<readonly string[]>('roles');
const Roles =
  (...roles: string[]) =>
  (target: object, member?: string | symbol): void =>
    annotate(target, RolesKey, { value: roles, ...(member !== undefined && { member }) });

@Injectable()
class Sessions {
  roleOf(token: string | undefined): string | undefined {
    return token === undefined ? undefined : token.replace('Bearer ', '');
  }
}

@Handler('roles')
class RolesGuard implements ChainHandler {
  constructor(private readonly sessions: Sessions) {}

  handle(invocation: Invocation, next: Next): Promise<Reply> {
    const { operation, headers } = invocation;
    const roles = operation.read(RolesKey) ?? operation.schema.read(RolesKey);
    if (!roles) return next(invocation);
    const role = this.sessions.roleOf(headers.get('authorization'));
    if (role === undefined) throw Unauthenticated('log in first');
    if (!roles.includes(role)) throw PermissionDenied(`only for ${roles.join(' and ')}`);
    invocation.principal = { role };
    return next(invocation);
  }
}

const seen: string[] = [];

@Handler('stopwatch', { after: 'bind' })
class Stopwatch implements ChainHandler {
  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    seen.push(`before ${JSON.stringify(invocation.args)}`);
    if (invocation.args[0] === 'cached') return replyOf(['from the cache']);
    const reply = await next(invocation);
    seen.push(`after ${JSON.stringify(reply.value)}`);
    return { ...reply, value: [...(reply.value as string[]), 'added'] };
  }
}

const CurrentRole = createParamDecorator((_data, { principal }) => (principal as { role: string }).role);

class SoldOut extends Error {}

class Late extends Error {}

/** As docs/errors-and-mapping.md has it: a filter of all failures, those of arguments and of unknown paths among them. */
@Handler('friendly', { before: 'access-log', everywhere: true })
class FriendlyFaults implements ChainHandler {
  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    try {
      return await next(invocation);
    } catch (error) {
      const { kind, message, details, code } = ChassisError.from(error);
      seen.push(`${invocation.operation.id} failed: ${code}`);
      throw new ChassisError(kind, `${message}; sorry`, {
        code: `MY_${code}`,
        cause: error,
        ...(details && { details }),
      });
    }
  }
}

class Order {
  @Field({ minimum: 1 }) amount!: number;
}

const slug = z
  .string()
  .transform((text) => text.trim().toLowerCase())
  .refine((text) => text !== 'admin', 'is reserved');

@Schema({ id: 'orders', path: '/orders' })
@Use(RolesGuard)
@MapErrors(
  mapError(Late, () => replyWith(['come back tomorrow'], { status: 409 })),
  mapError(SoldOut, ({ message }) => AlreadyExists(message, { code: 'SOLD_OUT' })),
)
class Orders {
  @Get('/late')
  @Returns([String])
  late(): Promise<string[]> {
    return Promise.reject(new Late());
  }

  @Get()
  @Use(Stopwatch)
  @Returns([String])
  list(@Query('name', { type: slug }) name: string): Promise<string[]> {
    return Promise.resolve([name]);
  }

  @Post()
  @Roles('clerk')
  @Returns(String)
  place(@Body() order: Order, @CurrentRole() role?: string): Promise<string> {
    if (order.amount > 10) throw new SoldOut('only ten are left');
    return Promise.resolve(`${order.amount} by ${role}`);
  }
}

@Module({ schemas: [Orders], providers: [Sessions], handlers: [RolesGuard, Stopwatch] })
class OrdersModule {}

let app: Application | undefined;
afterEach(async () => {
  await app?.stop();
  seen.length = 0;
});

async function started(): Promise<string> {
  const serving = await startServing({ modules: [OrdersModule] });
  app = serving.app;
  return `${serving.origin}/orders`;
}

async function answer(asked: Promise<Response>): Promise<unknown[]> {
  const response = await asked;
  const body = (await response.json()) as { code?: string };
  return [response.status, body.code ?? body];
}

const place = (url: string, body: string, role?: string): Promise<unknown[]> =>
  answer(
    fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...(role !== undefined && { authorization: `Bearer ${role}` }) },
    }),
  );

describe('what Nest does with', () => {
  it('a filter that writes an answer of its own', async () => {
    const url = await started();
    expect(await answer(fetch(`${url}/late`))).toEqual([409, ['come back tomorrow']]);
  });

  it('a filter of all failures', async () => {
    @Module({ schemas: [Orders], providers: [Sessions], handlers: [RolesGuard, Stopwatch, FriendlyFaults] })
    class FriendlyModule {}
    const serving = await startServing({ modules: [FriendlyModule] });
    app = serving.app;
    const response = await fetch(`${serving.origin}/orders?name=admin`);
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'MY_ARGUMENT_INVALID', errors: [expect.objectContaining({ pointer: '/name' })] }),
    ]);
    expect(await answer(fetch(`${serving.origin}/nothing`))).toEqual([404, 'MY_NOT_FOUND']);
    expect(seen.filter((line) => line.includes('failed'))).toEqual([
      'orders.list failed: ARGUMENT_INVALID',
      'unmatched failed: NOT_FOUND',
    ]);
  });

  it('a guard: it reads a decorator of the user’s own and refuses before the body is looked at', async () => {
    const url = await started();
    expect(await place(url, 'no JSON at all')).toEqual([401, 'UNAUTHENTICATED']);
    expect(await place(url, 'no JSON at all', 'guest')).toEqual([403, 'PERMISSION_DENIED']);
    expect(await place(url, 'no JSON at all', 'clerk')).toEqual([400, 'BODY_MALFORMED']);
  });

  it('a parameter decorator and an exception filter', async () => {
    const url = await started();
    expect(await place(url, '{"amount":2}', 'clerk')).toEqual([200, '2 by clerk']);
    expect(await place(url, '{"amount":0}', 'clerk')).toEqual([400, 'ARGUMENT_INVALID']);
    expect(await place(url, '{"amount":11}', 'clerk')).toEqual([409, 'SOLD_OUT']);
  });

  it('an interceptor around the method, and a pipe that transforms and checks', async () => {
    const url = await started();
    expect(await answer(fetch(`${url}?name=%20Ann`))).toEqual([200, ['ann', 'added']]);
    expect(await answer(fetch(`${url}?name=cached`))).toEqual([200, ['from the cache']]);
    expect(await answer(fetch(`${url}?name=Admin`))).toEqual([400, 'ARGUMENT_INVALID']);
    expect(seen).toEqual(['before ["ann"]', 'after ["ann"]', 'before ["cached"]']);
  });
});
