import {
  Field,
  Implements,
  remote,
  Returns,
  Schema,
  Use,
  type Invocation,
  type Plugin,
  type Reply,
} from '@ts-chassis/core';
import { Context, Get, Options, Post, Body } from '@ts-chassis/rest';
import { afterEach, describe, expect, it } from 'vitest';
import { refusalOf, startGuarded, type Answer, type Guarded } from '../guarded.fixture.js';
import { principalOf, type Principal } from '../principal.js';
import type { AuthenticationScheme } from '../schemes/scheme.js';
import { Authenticated, Authorize, CurrentPrincipal, Public, Roles } from './decorators.js';

/** Believes what the header says, so that these tests are about who is asked, not about proofs. */
const named = (header: string): AuthenticationScheme => ({
  challenge: () => `Named realm="${header}"`,
  authenticate: ({ headers }) => {
    const [name, ...roles] = headers.get(header)?.split(' ') ?? [];
    return name === undefined ? undefined : { name, roles, claims: { tenant: roles[0] } };
  },
});
const options = { schemes: { named: named('x-name'), other: named('x-other') } };

class Edit {
  @Field({ optional: true }) title?: string;
}

let runs = 0;

@Schema({ id: 'open', path: '/open' })
class Open {
  @Get('/') @Returns(String) async any(@CurrentPrincipal('name') name?: string): Promise<string> {
    return `any ${name}`;
  }

  @Authenticated() @Get('/known') @Returns(String) async known(@CurrentPrincipal() who?: Principal): Promise<string> {
    return `${who!.name} by ${who!.scheme}`;
  }

  @Authenticated({ optional: true }) @Get('/maybe') @Returns(String) async maybe(
    @Context() call?: Invocation,
  ): Promise<string> {
    return principalOf(call!)?.name ?? 'stranger';
  }

  @Authenticated({ schemes: ['other'] }) @Get('/other') @Returns(String) async other(
    @CurrentPrincipal('scheme') scheme?: string,
  ): Promise<string> {
    return scheme!;
  }
}

@Roles('reader')
@Schema({ id: 'shut', path: '/shut' })
class Shut {
  @Get('/') @Returns(String) async any(): Promise<string> {
    return 'read';
  }

  @Public() @Get('/public') @Returns(String) async all(@CurrentPrincipal('name') name?: string): Promise<string> {
    return `all ${name}`;
  }

  @Roles('editor', 'admin') @Post('/edit') @Returns(String) async edit(@Body() _text: Edit): Promise<string> {
    runs += 1;
    return 'edited';
  }

  @Authorize(async ({ claims }, { headers }) => claims['tenant'] === headers.get('x-tenant'))
  @Get('/bill')
  @Returns(String)
  async bill(): Promise<string> {
    return 'bill';
  }

  @Authorize((() => 'yes') as never) @Get('/truthy') @Returns(String) async truthy(): Promise<string> {
    return 'never';
  }

  @Authorize(() => {
    throw new Error('no database');
  })
  @Get('/broken')
  @Returns(String)
  async broken(): Promise<string> {
    return 'never';
  }
}

@Public()
@Schema({ id: 'lobby', path: '/lobby' })
class Lobby {
  @Get('/') @Returns(String) async any(): Promise<string> {
    return 'in';
  }

  @Roles('keeper') @Get('/safe') @Returns(String) async safe(): Promise<string> {
    return 'gold';
  }
}

let guarded: Guarded;
const start = async (values: Record<string, unknown> = {}, more: object = {}): Promise<void> => {
  guarded = await startGuarded({ schemas: [Open, Shut, Lobby], auth: { ...options, ...more }, values });
};
const ask = (path: string, name?: string, more: Record<string, string> = {}): Promise<Answer> =>
  guarded.ask(path, { ...(name !== undefined && { 'x-name': name }), ...more });

afterEach(() => guarded?.stop());

describe('who is asked who they are', () => {
  it('by the decorators, method before class', async () => {
    await start();
    expect(await ask('/open/')).toMatchObject({ status: 200, body: 'any undefined' });
    expect(await ask('/open/known')).toMatchObject({ status: 401, body: { code: 'CREDENTIALS_MISSING' } });
    expect(await ask('/open/known', 'ann')).toMatchObject({ status: 200, body: 'ann by named' });
    expect((await ask('/open/maybe')).body).toBe('stranger');
    expect((await ask('/open/maybe', 'ann')).body).toBe('ann');
    expect((await ask('/shut/')).status).toBe(401);
    expect((await ask('/shut/public', 'ann')).body).toBe('all undefined');
    expect((await ask('/lobby/')).body).toBe('in');
    expect((await ask('/lobby/safe')).status).toBe(401);
    expect((await ask('/lobby/safe', 'ann')).status).toBe(403);
    expect((await ask('/lobby/safe', 'ann keeper')).body).toBe('gold');
  });

  it('challenges by all schemes that are accepted, and takes the first that finds its credentials', async () => {
    await start();
    expect((await ask('/open/known')).challenge).toBe('Named realm="x-name", Named realm="x-other"');
    expect((await ask('/open/other', 'ann')).challenge).toBe('Named realm="x-other"');
    expect((await ask('/open/other', 'ann', { 'x-other': 'bob' })).body).toBe('other');
    expect((await ask('/open/known', 'ann', { 'x-other': 'bob' })).body).toBe('ann by named');
    expect((await ask('/open/known', undefined, { 'x-other': 'bob' })).body).toBe('bob by other');
  });

  it('everywhere when that is the default, but for what is public and for probes', async () => {
    await start({}, { default: 'required' });
    expect((await ask('/open/')).status).toBe(401);
    expect((await ask('/open/', 'ann')).body).toBe('any ann');
    for (const path of ['/lobby/', '/shut/public', '/livez', '/readyz', '/healthz'])
      expect((await ask(path)).status).toBe(200);
    for (const path of ['/nothing', '/openapi.json']) expect((await ask(path)).status).toBe(401);
  });

  it('but for preflights that CORS approves, which never have credentials', async () => {
    const cors = 'servicecomb.protocols.rest.cors';
    await start(
      { [`${cors}.enable`]: true, [`${cors}.allowedDomains`]: ['https://page.example'] },
      { default: 'required' },
    );
    const asking = (origin: string, path = '/open/', method = 'OPTIONS'): Promise<Answer> =>
      guarded.ask(path, { origin, 'access-control-request-method': 'GET' }, { method });
    const { status, headers } = await asking('https://page.example');
    expect([status, headers.get('access-control-allow-methods')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect((await asking('https://other.example')).status).toBe(401);
    expect((await asking('https://page.example', '/nothing')).status).toBe(401);
    expect((await asking('https://page.example', '/open/', 'GET')).status).toBe(401);
    expect((await guarded.ask('/open/', {}, { method: 'OPTIONS' })).status).toBe(401);
  });

  it('but preflights that a method or a mounted application answers itself only where that is open', async () => {
    @Schema({ id: 'own', path: '/own' })
    class Own {
      @Options('/shut') shut(): void {}
      @Public() @Options('/open') open(): void {}
    }
    const cors = 'servicecomb.protocols.rest.cors';
    guarded = await startGuarded({
      schemas: [Own],
      auth: { ...options, default: 'required' },
      rest: { mount: [{ path: '/legacy', app: (_request, response) => void response.end('legacy') }] },
      values: { [`${cors}.enable`]: true, [`${cors}.allowedMethods`]: ['GET'] },
    });
    const statuses = async (): Promise<number[]> => {
      const headers = { origin: 'https://page.example', 'access-control-request-method': 'GET' };
      const paths = ['/own/shut', '/own/open', '/legacy/x'];
      const answers = paths.map((path) => guarded.ask(path, headers, { method: 'OPTIONS' }));
      return (await Promise.all(answers)).map(({ status }) => status);
    };
    expect(await statuses()).toEqual([401, 204, 401]);
    guarded.app.config.set('servicecomb.authentication.services.shop.schemas.unmatched.required', false);
    expect(await statuses()).toEqual([401, 204, 200]);
  });

  it('or are looked at where they say so, when the default is optional', async () => {
    await start({}, { default: 'optional' });
    expect((await ask('/open/')).body).toBe('any undefined');
    expect((await ask('/open/', 'ann')).body).toBe('any ann');
    expect((await ask('/open/known')).status).toBe(401);
  });

  it('as the configuration says, while it runs', async () => {
    await start();
    const { config } = guarded.app;
    config.set('servicecomb.authentication.required', true);
    expect([(await ask('/open/')).status, (await ask('/lobby/')).status]).toEqual([401, 200]);
    config.set('servicecomb.authorisation.roles', ['everybody']);
    expect([(await ask('/open/', 'ann')).status, (await ask('/livez')).status]).toEqual([403, 200]);
    config.set('servicecomb.authorisation.roles', []);
    const operation = 'servicecomb.authentication.services.shop.schemas.open.operations.any';
    config.set(`${operation}.required`, false);
    expect((await ask('/open/')).status).toBe(200);
    config.set(`${operation}.required`, true);
    config.set(`${operation}.optional`, true);
    expect((await ask('/open/')).status).toBe(200);
    expect((await ask('/open/', 'ann')).body).toBe('any ann');
    config.set('servicecomb.authentication.services.shop.schemas.open.operations.maybe.required', true);
    expect((await ask('/open/maybe')).status).toBe(401);
    config.set('servicecomb.authorisation.services.shop.schemas.lobby.operations.any.roles', ['guest']);
    expect((await ask('/lobby/', 'ann')).body).toMatchObject({ code: 'ROLE_MISSING' });
    expect((await ask('/lobby/', 'ann guest')).body).toBe('in');
    config.set('servicecomb.authorisation.services.shop.schemas.shut.operations.edit.roles', []);
    expect((await guarded.ask('/shut/edit', { 'x-name': 'ann' }, { method: 'POST', body: '{}' })).status).toBe(415);
  });

  it('although the configuration takes the roles away: then any of them will do', async () => {
    await start({ 'servicecomb.authorisation.services.shop.schemas.lobby.operations.safe.roles': [] });
    expect([(await ask('/lobby/safe')).status, (await ask('/lobby/safe', 'ann')).body]).toEqual([401, 'gold']);
    guarded.app.config.set('servicecomb.authentication.services.shop.schemas.lobby.operations.safe.required', false);
    expect((await ask('/lobby/safe')).body).toBe('gold');
  });

  it('costs an operation that does not ask nothing: its links plan themselves away', async () => {
    await start();
    await ask('/open/');
    const inspection = guarded.app.inspect();
    const chain = inspection.chains.find(({ operation, side }) => operation === 'open.any' && side === 'provider')!;
    const idle = chain.links.filter(({ name }) => name.startsWith('auth')).map((link) => [link.name, link.idle]);
    expect(idle).toEqual([
      ['authentication', true],
      ['authorisation', true],
    ]);
  });
});

describe('a refusal', () => {
  it('is seen by the links that log and count, and by none behind', async () => {
    const seen: string[] = [];
    const watching = (name: string, place: object): Plugin => ({
      name,
      install: (host) =>
        host.handler({
          ...{ name, side: 'provider', everywhere: true, ...place },
          make: () => ({
            async handle(invocation, next) {
              const outcome = await next(invocation).catch((error: unknown) => error);
              seen.push(`${name} ${invocation.source.statusOf?.(outcome)}`);
              if (outcome instanceof Error) throw outcome;
              return outcome as Reply;
            },
          }),
        }),
    });
    const plugins = [watching('access-log', {}), watching('monitoring', {}), watching('own', {})];
    guarded = await startGuarded({ schemas: [Shut], auth: options, plugins });
    for (const name of [undefined, 'ann', 'ann reader']) await ask('/shut/', name);
    const outer = [401, 403].flatMap((status) => [`monitoring ${status}`, `access-log ${status}`]);
    expect(seen).toEqual([...outer, 'own 200', 'monitoring 200', 'access-log 200']);
  });
});

describe('who is admitted', () => {
  it('has one of the roles; the refusal names them and nothing else', async () => {
    await start();
    expect((await ask('/shut/', 'ann reader')).body).toBe('read');
    const refused = await ask('/shut/', 'ann writer');
    expect(refused).toMatchObject({
      status: 403,
      challenge: null,
      body: {
        code: 'ROLE_MISSING',
        details: { roles: ['reader'] },
        detail: 'shut.any: "ann" may not: expected the role "reader"',
      },
    });
    const edit = (roles: string): Promise<Answer> =>
      guarded.ask(
        '/shut/edit',
        { 'x-name': `ann ${roles}`, 'content-type': 'application/json' },
        { method: 'POST', body: '{}' },
      );
    expect((await edit('reader')).body).toMatchObject({ details: { roles: ['editor', 'admin'] } });
    expect([(await edit('admin')).status, runs]).toEqual([200, 1]);
  });

  it('is told yes by the function, beside the roles of the class', async () => {
    await start();
    expect((await ask('/shut/bill', 'ann reader', { 'x-tenant': 'reader' })).body).toBe('bill');
    expect((await ask('/shut/bill', 'ann reader', { 'x-tenant': 'acme' })).body).toMatchObject({
      code: 'NOT_AUTHORISED',
    });
    expect((await ask('/shut/bill', 'ann acme', { 'x-tenant': 'acme' })).body).toMatchObject({ code: 'ROLE_MISSING' });
    expect((await ask('/shut/truthy', 'ann reader')).status).toBe(403);
    expect((await ask('/shut/broken', 'ann reader')).status).toBe(500);
  });
});

describe('what cannot be', () => {
  it('is refused at the start: a scheme nobody set up, none at all, public and not', async () => {
    @Schema({ id: 'odd' })
    class Odd {
      @Authenticated({ schemes: ['namd'] }) @Get('/odd') @Returns(String) async any(): Promise<string> {
        return '';
      }
    }
    const refused = async (schema: new () => object, given = {}): Promise<string> => {
      const { code, message } = await refusalOf({ schemas: [schema], auth: given });
      return `${code} ${message}`;
    };
    expect(await refused(Odd, options)).toMatch(
      /odd\.any: the scheme "namd" is not set up; expected one of named, other; did you mean "named"\?/,
    );
    expect(await refused(Open)).toMatch(/open\.known: asks who calls, and no scheme is set up/);

    @Schema({ id: 'torn' })
    class Torn {
      @Public() @Roles('a') @Get('/torn') @Returns(String) async any(): Promise<string> {
        return '';
      }
    }
    expect(await refused(Torn, options)).toMatch(
      /torn\.any: the method decorator says both that it is public and which callers it admits/,
    );
    const shadowing = { schemes: { jwt: named('x') } };
    expect(await refused(Lobby, shadowing)).toMatch(/auth\.schemes: expected a name of your own, got "jwt"/);
    expect(await refused(Lobby, { ...options, realm: 'Läden' })).toMatch(/realm: expected printable ASCII/);
  });

  it('is refused while it runs, and what held before goes on holding', async () => {
    await start();
    const key = 'servicecomb.authentication.services.shop.schemas.open.operations.known.schemes';
    expect(() => guarded.app.config.set(key, ['nothing'])).toThrow(/the scheme "nothing" is not set up/);
    expect((await ask('/open/known', 'ann')).status).toBe(200);
  });
});

describe('a contract', () => {
  @Authenticated()
  @Schema({ id: 'books', path: '/books' })
  class Books {
    @Roles('reader') @Get('/') @Returns(String) list(): Promise<string> {
      return remote();
    }
  }
  @Implements(Books)
  class BooksService extends Books {
    override async list(): Promise<string> {
      return 'books';
    }
  }

  it('says for its provider who may call', async () => {
    guarded = await startGuarded({ schemas: [BooksService], auth: options });
    const statuses = [await ask('/books/'), await ask('/books/', 'ann'), await ask('/books/', 'ann reader')];
    expect(statuses.map(({ status }) => status)).toEqual([401, 403, 200]);
  });
});

describe('a scheme that returns null', () => {
  it('has found no credentials of its kind: others are asked, and then it is 401', async () => {
    const nobody = { challenge: () => 'Nobody', authenticate: () => null } as unknown as AuthenticationScheme;
    const schemes = {
      other: nobody,
      late: { ...nobody, authenticate: async () => null as never },
      named: named('x-name'),
    };
    guarded = await startGuarded({ schemas: [Open], auth: { schemes } });
    expect((await ask('/open/known', 'ann')).body).toBe('ann by named');
    expect(await ask('/open/known')).toMatchObject({ status: 401, body: { code: 'CREDENTIALS_MISSING' } });
    expect((await ask('/open/maybe')).body).toBe('stranger');
  });
});

describe('a scheme that a chain names', () => {
  @Schema({ id: 'legacy', path: '/legacy' })
  class Legacy {
    @Get('/') @Returns(String) async any(@CurrentPrincipal('scheme') scheme?: string): Promise<string> {
      return scheme!;
    }

    @Public() @Get('/login') @Returns(String) async login(): Promise<string> {
      return 'in';
    }

    @Roles('reader') @Get('/roles') @Returns(String) async roles(): Promise<string> {
      return 'read';
    }
  }

  @Schema({ id: 'used', path: '/used' })
  class Used {
    @Use('apiKey') @Get('/') @Returns(String) async any(@CurrentPrincipal('scheme') scheme?: string): Promise<string> {
      return scheme!;
    }
  }

  const keys = {
    acme: { hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', roles: ['reader'] },
  };

  it('demands its credentials of all operations that are not public, as in go-chassis', async () => {
    const values = { 'servicecomb.handler.chain.Provider.default': 'apiKey' };
    guarded = await startGuarded({ schemas: [Legacy], auth: { apiKey: { keys }, ...options }, values });
    expect(await guarded.ask('/legacy/')).toMatchObject({
      status: 401,
      challenge: 'ApiKey realm="shop", header="x-api-key"',
    });
    expect((await ask('/legacy/', 'ann')).status).toBe(401);
    expect((await guarded.ask('/legacy/', { 'x-api-key': 'test' })).body).toBe('apiKey');
    expect((await guarded.ask('/legacy/roles', { 'x-api-key': 'test' })).body).toBe('read');
    expect((await guarded.ask('/legacy/login')).body).toBe('in');
  });

  it('does so by @Use too', async () => {
    guarded = await startGuarded({ schemas: [Used], auth: { apiKey: { keys } } });
    expect((await guarded.ask('/used/')).status).toBe(401);
    expect((await guarded.ask('/used/', { 'x-api-key': 'test' })).body).toBe('apiKey');
  });

  it('refuses the start when it is not set up', async () => {
    const values = { 'servicecomb.handler.chain.Provider.default': 'jwt' };
    const { message } = await refusalOf({ schemas: [Legacy], auth: options, values });
    expect(message).toMatch(/the scheme "jwt" is not set up/);
  });
});
