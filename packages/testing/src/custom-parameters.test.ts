import {
  Arg,
  createParamDecorator,
  Field,
  Handler,
  Module,
  remote,
  Returns,
  Schema,
  toOpenApi31,
  readSchema,
  Unauthenticated,
  defineSchema,
  type ChainHandler,
  type Invocation,
  type Next,
  type Reply,
} from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { TestApplication } from './test-application.js';

class User {
  @Field() id!: string;
  @Field({ minimum: 18 }) age!: number;
}

const made: unknown[][] = [];
const CurrentUser = createParamDecorator((field: keyof User | undefined, invocation) => {
  const user = invocation.principal as User | undefined;
  if (!user) throw Unauthenticated('nobody is logged in');
  made.push(invocation.args.slice(0, 1));
  return field ? user[field] : user;
});
const Later = createParamDecorator(async (text: string) => {
  await Promise.resolve();
  return `${text} later`;
});
const Adult = createParamDecorator((_data, { principal }) => principal, { type: User });
const Region = createParamDecorator(() => undefined, { type: String, default: 'eu' });

@Handler('login', { everywhere: true })
class Login implements ChainHandler {
  static user: User | undefined;
  handle(invocation: Invocation, next: Next): Promise<Reply> {
    if (Login.user) invocation.principal = Login.user;
    return next(invocation);
  }
}

@Schema({ id: 'shelf' })
class Shelf {
  @Returns(String)
  whose(@Arg('isbn', { minLength: 2 }) _isbn: string, @CurrentUser('id') _user?: string): Promise<string> {
    return remote();
  }

  @Returns(String)
  both(@Later('soon') _text?: string, @CurrentUser() _user?: User, @Region() _region?: string): Promise<string> {
    return remote();
  }

  @Returns(String)
  adult(@Adult() _user?: User): Promise<string> {
    return remote();
  }
}

@Schema({ id: 'shelf' })
class ShelfService extends Shelf {
  override whose(isbn: string, user?: string): Promise<string> {
    return Promise.resolve(`${isbn} of ${user}`);
  }

  override both(text?: string, user?: User, region?: string): Promise<string> {
    return Promise.resolve(`${text}, ${user?.id}, ${region}`);
  }

  override adult(user?: User): Promise<string> {
    return Promise.resolve(Object.keys(user!).join());
  }
}

@Module({ schemas: [ShelfService], handlers: [Login] })
class ShelfModule {}

let running: TestApplication | undefined;
afterEach(async () => {
  await running?.stop();
  Login.user = undefined;
  made.length = 0;
});

async function client() {
  running = await TestApplication.create({ modules: [ShelfModule] });
  return running.client(Shelf);
}

describe('createParamDecorator', () => {
  it('fills a parameter that the client leaves out, with the data of its use', async () => {
    const shelf = await client();
    Login.user = { id: 'ann', age: 30 };
    expect(await shelf.whose('42')).toBe('42 of ann');
    expect(made).toEqual([['42']]);
  });

  it('fails the call with what the function throws, after the other arguments were found sound', async () => {
    const shelf = await client();
    await expect(shelf.whose('42')).rejects.toMatchObject({ kind: 'UNAUTHENTICATED' });
    await expect(shelf.whose('4')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });

  it('awaits values, hands objects on as they are and fills in defaults', async () => {
    const shelf = await client();
    Login.user = { id: 'ann', age: 30 };
    expect(await shelf.both()).toBe('soon later, ann, eu');
  });

  it('takes nothing for it from the wire', async () => {
    const shelf = (await client()) as unknown as { whose(...args: unknown[]): Promise<string> };
    Login.user = { id: 'ann', age: 30 };
    expect(await shelf.whose('42', 'mallory')).toBe('42 of ann');
  });

  it('checks the value where a type is declared, as of any argument', async () => {
    const shelf = await client();
    Login.user = { id: 'ann', age: 30, token: 'x' } as User;
    expect(await shelf.adult()).toBe('id,age');
    Login.user = { id: 'bob', age: 7 };
    await expect(shelf.adult()).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      details: { faults: [expect.objectContaining({ place: 'custom', pointer: '/_user/age' })] },
    });
  });

  it('is not shown in documents', () => {
    const route = { http: { method: 'GET', path: '/whose' }, run: () => undefined };
    const resolve = (): string => 'ann';
    const schema = defineSchema({
      id: 'shelf',
      operations: { whose: { ...route, parameters: { user: { place: 'custom', resolve } } } },
    });
    expect(JSON.stringify(toOpenApi31([schema], { title: 'shelf', version: '1' }))).not.toContain('user');
  });

  it('stands after what callers pass', () => {
    @Schema({ id: 'early' })
    class Early {
      @Returns(String)
      whose(@CurrentUser() _user: User, @Arg('isbn') _isbn: string): Promise<string> {
        return remote();
      }
    }
    expect(() => readSchema(Early)).toThrow(/Early\.whose: '_user' \(custom\) is of the server only and stands after/);
  });
});
