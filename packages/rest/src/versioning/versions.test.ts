import {
  Module,
  readSchema,
  remote,
  Returns,
  Schema,
  toOpenApi2,
  toOpenApi31,
  VERSION_NEUTRAL,
  type Application,
} from '@ts-chassis/core';
import { afterEach, describe, expect, it } from 'vitest';
import { Get, Put } from '../decorators/routes.js';
import { Param } from '../decorators/parameters.js';
import { Version } from '../decorators/version.js';
import { startServing } from '../serving-application.fixture.js';

const text = (said: string): Promise<string> => Promise.resolve(said);

@Schema({ id: 'path', path: '/books' })
@Version('1')
class ByPath {
  @Get('/:isbn') @Returns(String) find(@Param('isbn') isbn: string) {
    return text(`one ${isbn}`);
  }
  @Get('/:isbn') @Version(['2', '3']) @Returns(String) detailed(@Param('isbn') isbn: string) {
    return text(`two ${isbn}`);
  }
  @Get('/ping') @Version(VERSION_NEUTRAL) @Returns(String) ping() {
    return text('pong');
  }
}

@Schema({ id: 'header', path: '/users' })
@Version('1', { by: 'header', default: '1' })
class ByHeader {
  @Get('/:id') @Returns(String) find(@Param('id') id: string) {
    return text(`one ${id}`);
  }
  @Get('/:key') @Version('2') @Returns(String) second(@Param('key') key: string) {
    return text(`two ${key}`);
  }
  @Put('/:id') @Version(['2'], { name: 'X-V' }) @Returns(String) change(@Param('id') id: string) {
    return text(`changed ${id}`);
  }
}

@Schema({ id: 'type', path: '/notes' })
@Version('1', { by: 'media-type' })
class ByType {
  @Get() @Returns(String) all() {
    return text('one');
  }
  @Get() @Version('2') @Returns(String) second() {
    return text('two');
  }
}

@Module({ schemas: [ByPath, ByHeader, ByType] })
class Versioned {}

let app: Application | undefined;
afterEach(async () => app?.stop());

async function started(modules = [Versioned]): Promise<string> {
  const serving = await startServing({ modules });
  app = serving.app;
  return serving.origin;
}

async function asked(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<unknown> {
  const response = await fetch(url, { headers, method });
  const body = (await response.json()) as { code?: string; details?: unknown };
  return response.ok ? [body, response.headers.get('vary')] : [response.status, body.code, body.details];
}

describe('versions on the wire', () => {
  it('by path are paths', async () => {
    const origin = await started();
    expect(await asked(`${origin}/v1/books/7`)).toEqual(['one 7', null]);
    expect(await asked(`${origin}/v2/books/7`)).toEqual(['two 7', null]);
    expect(await asked(`${origin}/v3/books/7`)).toEqual(['two 7', null]);
    expect(await asked(`${origin}/books/ping`)).toEqual(['pong', null]);
    expect(await asked(`${origin}/v4/books/7`)).toEqual([404, 'NOT_FOUND', undefined]);
    expect(await asked(`${origin}/books/7`)).toEqual([404, 'NOT_FOUND', undefined]);
  });

  it('by header select the method, and caches are told', async () => {
    const origin = await started();
    expect(await asked(`${origin}/users/7`, { 'X-Api-Version': '2' })).toEqual(['two 7', 'X-Api-Version']);
    expect(await asked(`${origin}/users/7`)).toEqual(['one 7', 'X-Api-Version']);
    const refusal = [400, 'VERSION_UNSUPPORTED', { versions: ['1', '2'] }];
    expect(await asked(`${origin}/users/7`, { 'X-Api-Version': '9' })).toEqual(refusal);
    expect(await asked(`${origin}/users/7`, { 'X-V': '2' }, 'PUT')).toEqual(['changed 7', 'X-V']);
    const head = await fetch(`${origin}/users/7`, { method: 'HEAD', headers: { 'X-Api-Version': '9' } });
    expect(head.status).toBe(400);
  });

  it('by media type select the method', async () => {
    const origin = await started();
    expect(await asked(`${origin}/notes`, { accept: 'application/json;v=2' })).toEqual(['two', 'Accept']);
    expect(await asked(`${origin}/notes`, { accept: 'application/json;v=5' })).toEqual([
      ...[406, 'NOT_ACCEPTABLE'],
      { versions: ['1', '2'] },
    ]);
    expect(await asked(`${origin}/notes`, { accept: 'text/html;v=2' })).toMatchObject([
      ...[406, 'NOT_ACCEPTABLE'],
      { produces: ['application/json'] },
    ]);
  });

  it('are refused at start where two methods answer one', async () => {
    @Schema({ id: 'twice', path: '/twice' })
    @Version('1', { by: 'header' })
    class Twice {
      @Get() @Returns(String) one() {
        return text('one');
      }
      @Get() @Returns(String) other() {
        return text('other');
      }
    }
    @Module({ schemas: [Twice] })
    class TwiceModule {}
    await expect(started([TwiceModule])).rejects.toThrow(/twice\.other.*version '1' is routed twice/);
  });

  it('are refused when they are no versions', () => {
    @Schema({ id: 'odd' })
    class Odd {
      @Get() @Version('1/2') @Returns(String) call(): Promise<string> {
        return remote();
      }
    }
    expect(() => readSchema(Odd)).toThrow(/Odd\.call: @Version expected letters.*got "1\/2"/);
  });
});

describe('a typed client', () => {
  it('asks for the version of its contract, wherever that stands', async () => {
    const serving = await startServing({ modules: [Versioned] });
    app = serving.app;
    const path = serving.client(ByPath);
    const header = serving.client(ByHeader);
    const type = serving.client(ByType);
    expect([await path.find('7'), await path.detailed('7'), await path.ping()]).toEqual(['one 7', 'two 7', 'pong']);
    expect([await header.find('7'), await header.second('7')]).toEqual(['one 7', 'two 7']);
    expect([await type.all(), await type.second()]).toEqual(['one', 'two']);
  });
});

describe('versions in contracts', () => {
  const operations = [ByPath, ByHeader, ByType].flatMap((type) => readSchema(type).operations);

  it('are read from the class and the method', () => {
    expect(operations.map(({ http }) => [http!.path, ...(http!.otherPaths ?? [])])).toEqual([
      ['/v1/books/{isbn}'],
      ['/v2/books/{isbn}', '/v3/books/{isbn}'],
      ['/books/ping'],
      ...[['/users/{id}'], ['/users/{key}'], ['/users/{id}'], ['/notes'], ['/notes']],
    ]);
    expect(operations[4]!.http!.version).toEqual({
      ...{ by: 'header', name: 'X-Api-Version', versions: ['2'], neutral: false, default: '1' },
    });
  });

  it.each([
    ['2.0', toOpenApi2],
    ['3.1', toOpenApi31],
  ])('stand in the document of OpenAPI %s', (_version, write) => {
    const schemas = [ByPath, ByHeader, ByType].map((type) => readSchema(type));
    const { paths } = write(schemas, { title: 'versions', version: '1' }) as {
      paths: Record<string, Record<string, { parameters?: { name: string; in: string }[] }>>;
    };
    expect(Object.keys(paths)).toEqual([
      ...['/v1/books/{isbn}', '/v2/books/{isbn}', '/v3/books/{isbn}', '/books/ping'],
      ...['/users/{id}', '/users/{key}', '/notes', '/notes#v=2'],
    ]);
    const header = paths['/users/{key}']!['get']!.parameters!.find(({ name }) => name === 'X-Api-Version');
    expect(header).toMatchObject({ in: 'header', required: true });
    expect(JSON.stringify(paths['/notes#v=2'])).toContain('application/json;v=2');
  });
});
