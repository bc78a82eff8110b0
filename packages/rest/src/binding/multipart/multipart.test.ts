import { Field, jsonSpec, Returns, Schema } from '@ts-chassis/core';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Form } from '../../decorators/parameters.js';
import { Get, Post } from '../../decorators/routes.js';
import { Multipart, UploadedFile, UploadedFiles } from '../../decorators/uploads.js';
import { RawConnection } from '../../server/serving.fixture.js';
import { Served, type ServedOptions } from '../bodies.fixture.js';
import { FileUpload } from './file-upload.js';
import type { Part } from './part.js';

const anything = jsonSpec({});

class Meta {
  @Field() title!: string;
}

/** What the methods saw, for tests to look at. */
let seen: unknown[] = [];
let target = '';

const shown = async (file: FileUpload | undefined): Promise<unknown> =>
  file && {
    field: file.field,
    name: file.filename,
    type: file.type,
    size: file.size,
    text: String(await file.bytes()),
  };

@Schema({ id: 'files', path: '/files' })
class Files {
  @Post()
  @Returns(anything)
  async one(
    @UploadedFile('file', { maxBytes: 1000, types: ['text/*'] }) file: FileUpload,
    @Form('note', { optional: true }) note?: string,
    @Form('meta', { optional: true }) meta?: Meta,
  ): Promise<unknown> {
    seen.push(file.path);
    return { file: await shown(file), note, meta };
  }

  @Post('/many')
  @Returns(anything)
  async many(@UploadedFiles('pages', { maxCount: 3, optional: true }) pages?: FileUpload[]): Promise<unknown> {
    seen.push(pages?.[0]?.path);
    return { pages: pages && (await Promise.all(pages.map(shown))) };
  }

  @Post('/kept')
  @Returns(anything)
  async keep(@UploadedFile() file: FileUpload): Promise<unknown> {
    await file.moveTo(target);
    return { moved: file.path === target, text: String(await file.bytes()) };
  }

  @Post('/checked')
  @Returns()
  checked(@UploadedFile('file') file: FileUpload, @Form('count', { type: Number }) _count: number): void {
    seen.push(file);
  }

  @Post('/parts')
  @Returns(anything)
  async parts(@Multipart({ maxBytes: 10_000_000 }) parts: AsyncIterable<Part>): Promise<unknown> {
    const found: unknown[] = [];
    for await (const part of parts) {
      if (part.kind === 'field') found.push([part.name, part.value]);
      else {
        let size = 0;
        if (part.name !== 'skipped') for await (const chunk of part.content) size += (chunk as Buffer).length;
        found.push([part.name, part.filename, part.type, size]);
      }
    }
    return found;
  }

  @Post('/first')
  @Returns(anything)
  async first(@Multipart() parts: AsyncIterable<Part>): Promise<unknown> {
    for await (const part of parts) return { first: part.name };
    return {};
  }

  @Get('/alive') @Returns(String) alive(): string {
    return 'yes';
  }
}

let served: Served | undefined;
let connections: RawConnection[] = [];

afterEach(async () => {
  for (const { socket } of connections) socket.destroy();
  connections = [];
  seen = [];
  await served?.close();
  served = undefined;
});

async function start(options: ServedOptions = {}): Promise<Served> {
  return (served = await Served.of({ schemas: [Files], ...options }));
}

interface Got {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function got(response: Response): Promise<Got> {
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : {}) as Record<string, unknown> };
}

async function post(path: string, body: FormData): Promise<Got> {
  return got(await fetch(served!.origin + path, { method: 'POST', body }));
}

/** A multipart body written by hand, with the boundary `b`. */
async function postText(
  path: string,
  text: string | Buffer,
  contentType = 'multipart/form-data; boundary=b',
): Promise<Got> {
  return got(
    await fetch(served!.origin + path, {
      method: 'POST',
      body: text as RequestInit['body'] & {},
      headers: { 'content-type': contentType },
    }),
  );
}

const filePart = (disposition: string, content = 'x', more = ''): string =>
  `--b\r\nContent-Disposition: ${disposition}\r\nContent-Type: text/plain\r\n${more}\r\n${content}\r\n`;
const END = '--b--\r\n';
const aFile = filePart('form-data; name="file"; filename="a.txt"', 'hello');

const form = (...entries: readonly [string, string | Blob, string?][]): FormData => {
  const made = new FormData();
  for (const [name, value, filename] of entries) {
    if (typeof value === 'string') made.append(name, value);
    else made.append(name, value, filename);
  }
  return made;
};
const text = (content: string, type = 'text/plain'): Blob => new Blob([content], { type });

describe('@UploadedFile', () => {
  it('takes a file with the fields beside it, and leaves nothing behind', async () => {
    await start();
    const body = form(
      ['note', 'grüß'],
      ['meta', '{"title":"t"}'],
      ['file', text('hello'), 'häus.txt'],
      ['junk', text('x'), 'j'],
    );
    expect(await post('/files', body)).toEqual({
      status: 200,
      body: {
        file: { field: 'file', name: 'häus.txt', type: 'text/plain', size: 5, text: 'hello' },
        note: 'grüß',
        meta: { title: 't' },
      },
    });
    expect(String(seen[0])).toContain(served!.folder);
    expect(await served!.left()).toEqual([]);
  });

  it('keeps a file that was moved', async () => {
    await start();
    target = join(served!.folder, 'kept.txt');
    expect((await post('/files/kept', form(['file', text('hello'), 'a']))).body).toEqual({
      moved: true,
      text: 'hello',
    });
    expect(await served!.left()).toEqual(['kept.txt']);
    expect(await readFile(target, 'utf8')).toBe('hello');
  });

  it('leaves nothing behind when the rest of the request is refused', async () => {
    await start();
    const { status, body } = await post('/files/checked', form(['file', text('hello'), 'a'], ['count', 'many']));
    expect([status, body['code']]).toEqual([400, 'ARGUMENT_INVALID']);
    expect(seen).toEqual([]);
    expect(await served!.left()).toEqual([]);
  });

  it.each([
    ['no file', form(['note', 'a']), 400, 'ARGUMENT_INVALID'],
    ['a field in its place', form(['file', 'a']), 400, 'ARGUMENT_INVALID'],
    ['a file too many', form(['file', text('a'), 'a'], ['file', text('b'), 'b']), 413, 'TOO_MANY_PARTS'],
    ['a file that is too large', form(['file', text('a'.repeat(1001)), 'a']), 413, 'FILE_TOO_LARGE'],
    ['another media type', form(['file', text('a', 'image/png'), 'a']), 415, 'FILE_TYPE_REFUSED'],
    ['a file that was not chosen', form(['file', text(''), '']), 400, 'ARGUMENT_INVALID'],
  ])('refuses %s', async (_name, body, status, code) => {
    await start();
    expect(await post('/files', body)).toMatchObject({ status, body: { code } });
    expect(seen).toEqual([]);
    expect(await served!.left()).toEqual([]);
  });

  it('refuses a form without files', async () => {
    await start();
    const response = await fetch(`${served!.origin}/files`, { method: 'POST', body: new URLSearchParams('file=a') });
    expect(response.status).toBe(415);
  });

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['C:\\Users\\me\\cv.pdf', 'cv.pdf'],
    ['a\u0000b.txt', 'ab.txt'],
    ['evil\u202etxt.exe', 'eviltxt.exe'],
    ['..', undefined],
    [`${'n'.repeat(400)}.txt`, `${'n'.repeat(251)}.txt`],
    ['€'.repeat(100), '€'.repeat(85)],
    ['__proto__', '__proto__'],
  ])('makes a name to show of %j', async (name, expected) => {
    await start();
    const { status, body } = await postText(
      '/files',
      `${filePart(`form-data; name="file"; filename="${name}"`)}${END}`,
    );
    if (expected === undefined) expect(status).toBe(400);
    else expect((body['file'] as { name: string }).name).toBe(expected);
  });

  it('reads names in the extended notation', async () => {
    await start();
    const { body } = await postText(
      '/files',
      `${filePart(`form-data; name=file; filename="a"; filename*=UTF-8''%e2%82%ac%20b`)}${END}`,
    );
    expect((body['file'] as { name: string }).name).toBe('€ b');
  });
});

describe('@UploadedFiles', () => {
  it('takes all files of a name, none when there are none', async () => {
    await start();
    const { body } = await post('/files/many', form(['pages', text('a'), '1'], ['pages', text('bb'), '2']));
    expect((body['pages'] as { text: string }[]).map((page) => page.text)).toEqual(['a', 'bb']);
    expect((await post('/files/many', form(['x', 'y']))).body).toEqual({});
  });

  it('refuses more than it takes', async () => {
    await start();
    const four = form(...[1, 2, 3, 4].map((n): [string, Blob, string] => ['pages', text('a'), String(n)]));
    expect(await post('/files/many', four)).toMatchObject({ status: 413, body: { code: 'TOO_MANY_PARTS' } });
    expect(await served!.left()).toEqual([]);
  });
});

describe('a multipart body', () => {
  it.each([
    ['without an end', aFile, 400],
    ['that breaks off in a file', aFile.slice(0, -4), 400],
    ['that breaks off in headers', '--b\r\nContent-Disp', 400],
    ['with another boundary', aFile.replaceAll('--b', '--c') + END.replace('b', 'c'), 400],
    ['of nothing but text', 'hello', 400],
    ['with a part without headers', `--b\r\n\r\nx\r\n${END}`, 400],
    ['with a part without a disposition', `--b\r\nContent-Type: text/plain\r\n\r\nx\r\n${END}`, 400],
    ['with a part that is an attachment', filePart('attachment; name="file"; filename="a"') + END, 400],
    ['with a part without a name', filePart('form-data; filename="a"') + END, 400],
    [
      'with a part in base64',
      filePart('form-data; name="file"; filename="a"', 'eA==', 'Content-Transfer-Encoding: base64\r\n') + END,
      400,
    ],
    [
      'with a header that is none',
      `--b\r\nContent-Disposition: form-data; name="file"; filename="a\r\nb"\r\n\r\nx\r\n${END}`,
      400,
    ],
    [
      'with a field that is no UTF-8',
      Buffer.from(`${filePart('form-data; name="note"', '\xff')}${END}`, 'latin1'),
      400,
    ],
    [
      'with many headers in a part',
      filePart('form-data; name="file"; filename="a"', 'x', 'X-A: 1\r\n'.repeat(20)) + END,
      413,
    ],
    [
      'with a long header in a part',
      filePart('form-data; name="file"; filename="a"', 'x', `X-A: ${'a'.repeat(20_000)}\r\n`) + END,
      400,
    ],
    ['with a header without an end', `--b\r\nX: ${'a'.repeat(300_000)}`, 400],
  ])('%s is refused', async (_name, body, status) => {
    await start();
    expect((await postText('/files', body)).status).toBe(status);
    expect(await (await fetch(`${served!.origin}/files/alive`)).text()).toBe('"yes"');
    expect(await served!.left()).toEqual([]);
  });

  it.each([
    ['no boundary', 'multipart/form-data'],
    ['an empty boundary', 'multipart/form-data; boundary='],
    ['a long boundary', `multipart/form-data; boundary=${'b'.repeat(71)}`],
    ['a boundary that is none', 'multipart/form-data; boundary="b\t"'],
  ])('with %s is refused', async (_name, type) => {
    await start();
    expect(await postText('/files', aFile + END, type)).toMatchObject({
      status: 400,
      body: { code: 'BODY_MALFORMED' },
    });
  });

  it('with a preamble, an epilogue, a quoted boundary and odd case is read', async () => {
    await start();
    const odd = aFile.replace('Content-Disposition: form-data', 'content-DISPOSITION: Form-Data');
    const { body } = await postText('/files', `hello\r\n${odd}${END}bye`, 'Multipart/Form-Data; x=y; Boundary="b"');
    expect(body['file']).toMatchObject({ text: 'hello' });
  });

  it('of 10,000 parts is refused at once, with files and with fields', async () => {
    await start();
    const fields = filePart('form-data; name="note"').repeat(10_000) + END;
    const files = filePart('form-data; name="pages"; filename="a"').repeat(10_000) + END;
    expect(await postText('/files', fields)).toMatchObject({ status: 413, body: { code: 'TOO_MANY_PARTS' } });
    expect(await postText('/files/many', files)).toMatchObject({ status: 413, body: { code: 'TOO_MANY_PARTS' } });
    expect(await postText('/files/parts', fields)).toMatchObject({ status: 413, body: { code: 'TOO_MANY_PARTS' } });
    expect(await served!.left()).toEqual([]);
  });

  it('is bounded in its fields, one by one, in their number and all together', async () => {
    await start({
      uploads: { maxFieldBytes: 1000, maxFields: 5 },
      values: { 'servicecomb.transport.maxBodyBytes.rest': 2000 },
    });
    const field = (size: number): string => filePart('form-data; name="note"', 'a'.repeat(size));
    expect(await postText('/files', field(1001) + END)).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE' },
    });
    expect(await postText('/files', field(900).repeat(3) + END)).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE' },
    });
    expect(await postText('/files', field(1).repeat(6) + END)).toMatchObject({
      status: 413,
      body: { code: 'TOO_MANY_PARTS' },
    });
  });

  it('is bounded as a whole, whatever is thrown away of it', async () => {
    await start({ uploads: { maxBytes: 1_100_000 } });
    const big = text('a'.repeat(1_200_000));
    expect(await post('/files', form(['junk', big, 'a']))).toMatchObject({
      status: 413,
      body: { code: 'BODY_TOO_LARGE' },
    });
  });

  it('names of prototypes are names', async () => {
    await start();
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const body = names
      .map((name) => filePart(`form-data; name="${name}"; filename="a"`) + filePart(`form-data; name="${name}"`))
      .join('');
    expect(await postText('/files', body + aFile + END)).toMatchObject({ status: 200 });
    expect(Object.keys({})).toEqual([]);
  });

  it('leaves nothing behind when the client goes away in the middle', async () => {
    await start();
    const connection = new RawConnection(served!.port);
    connections.push(connection);
    const head =
      'POST /files HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n';
    await connection.write(head);
    await connection.until(/100 Continue/);
    await connection.write(aFile.slice(0, -4));
    connection.socket.destroy();
    await connection.untilClosed();
    expect(await served!.left()).toEqual([]);
  });

  it('that is refused keeps its connection in order', async () => {
    await start();
    const connection = new RawConnection(served!.port);
    connections.push(connection);
    const bad = filePart('attachment; name="file"') + END;
    const request = (body: string): string =>
      `POST /files HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    await connection.write(request(bad));
    await connection.until(/BODY_MALFORMED/);
    if (!connection.closed) {
      await connection.write(request(aFile + END));
      await connection.until(/hello/);
    }
    expect(connection.text).toMatch(/^HTTP\/1\.1 400 /);
    expect(connection.text.match(/HTTP\/1\.1/g)!.length).toBeLessThanOrEqual(2);
    if (connection.text.includes('HTTP/1.1 200')) expect(connection.text).toContain('hello');
  });
});

describe('the connection of a multipart body that was read', () => {
  const field = filePart('form-data; name="note"', 'hello');
  const largeFile = filePart('form-data; name="large"; filename="a"', 'x'.repeat(300_000));

  it.each([
    ['of fields', '/files/many', field + END, 200],
    ['of fields, with an epilogue', '/files/many', `${field}${END}bye`, 200],
    ['without its file', '/files', field + END, 400],
    ['of a file', '/files', aFile + END, 200],
    ['of fields, read part by part', '/files/parts', field + END, 200],
    ['of a large file, with an epilogue', '/files/parts', `${largeFile}${END}${'bye'.repeat(50_000)}`, 200],
    ['without parts', '/files/many', END, 200],
  ])('serves the next request: a form %s', async (_name, path, body, status) => {
    await start();
    const connection = new RawConnection(served!.port);
    connections.push(connection);
    const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b`;
    await connection.write(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    await connection.until(/\r\n\r\n/);
    expect(connection.text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(connection.text).not.toMatch(/connection: close/i);
    await connection.write('GET /files/alive HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await connection.until(/"yes"/)).toMatch(/"yes"$/);
  });
});

describe('@Multipart', () => {
  it('hands over parts in their order, fields and files, and throws away what is not read', async () => {
    await start();
    const body = form(
      ['a', '1'],
      ['skipped', text('x'.repeat(500_000)), 's'],
      ['big', text('y'.repeat(3_000_000)), 'b.bin'],
      ['z', '2'],
    );
    expect((await post('/files/parts', body)).body).toEqual([
      ['a', '1'],
      ['skipped', 's', 'text/plain', 0],
      ['big', 'b.bin', 'text/plain', 3_000_000],
      ['z', '2'],
    ]);
    expect(await served!.left()).toEqual([]);
  });

  it('may be left in the middle', async () => {
    await start();
    const body = form(['a', text('x'.repeat(5_000_000)), 'a'], ['b', '1']);
    expect(await post('/files/first', body)).toEqual({ status: 200, body: { first: 'a' } });
    expect(await (await fetch(`${served!.origin}/files/alive`)).text()).toBe('"yes"');
  });

  it.each([
    ['breaks off', aFile.slice(0, -4), 400],
    ['has a part that is none', filePart('attachment; name="file"') + END, 400],
  ])('fails the reading when the body %s', async (_name, body, status) => {
    await start();
    expect((await postText('/files/parts', body)).status).toBe(status);
  });

  it('refuses a body that is longer than it takes, and one of another type', async () => {
    await start();
    expect(await post('/files/parts', form(['a', text('x'.repeat(10_000_001)), 'a']))).toMatchObject({ status: 413 });
    expect((await postText('/files/parts', '{}', 'application/json')).status).toBe(415);
    expect((await got(await fetch(`${served!.origin}/files/parts`, { method: 'POST' }))).status).toBe(400);
  });
});
