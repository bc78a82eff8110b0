import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, Service } from './fixtures/service.js';

const sampleFolder = join(root, 'samples/file-upload');
const ISBN = '9780262033848';
let sample: Service;
let address: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ts-chassis-sample-'));
  const environment = { PORT: '0', COVERS_FOLDER: join(folder, 'covers'), TMPDIR: folder };
  sample = new Service({ command: [join(sampleFolder, 'dist/main.js')], environment, cwd: sampleFolder });
  address = await sample.ready();
});

afterAll(async () => {
  await sample.stop();
  await rm(folder, { recursive: true, force: true });
});

const image = Buffer.from('not really an image');
const sha256 = createHash('sha256').update(image).digest('hex');

const post = async (path: string, body: RequestInit['body'] & {}, type?: string): Promise<[number, unknown]> => {
  const headers = type === undefined ? {} : { 'content-type': type };
  const response = await fetch(address + path, { method: 'POST', body, headers });
  return [response.status, await response.json()];
};

function form(name: string, type = 'image/png'): FormData {
  const made = new FormData();
  made.append('isbn', ISBN);
  made.append(name, new Blob([image], { type }), '../cover.png');
  return made;
}

describe('the sample file-upload', () => {
  it('keeps a cover under the number of its book, and gives it back', async () => {
    expect(await post('/covers', form('cover'))).toEqual([
      201,
      { name: 'cover.png', type: 'image/png', size: image.length },
    ]);
    const back = await fetch(`${address}/covers/${ISBN}`);
    expect([back.status, await back.text()]).toEqual([200, image.toString()]);
    expect(await readdir(join(folder, 'covers'))).toEqual([ISBN]);
  });

  it('refuses what is no image, and a file too many', async () => {
    expect(await post('/covers', form('cover', 'text/plain'))).toEqual([
      415,
      expect.objectContaining({ code: 'FILE_TYPE_REFUSED' }),
    ]);
    const twice = form('cover');
    twice.append('cover', new Blob([image], { type: 'image/png' }), 'again.png');
    expect((await post('/covers', twice))[0]).toBe(413);
  });

  it('looks at files that are stored, that come part by part, and that are the body itself', async () => {
    const digest = { name: 'cover.png', sha256 };
    expect(await post('/covers/compare', form('covers'))).toEqual([200, [digest]]);
    expect(await post('/covers/digest', form('covers'))).toEqual([200, [digest]]);
    expect(await post('/covers/raw', image, 'image/png')).toEqual([200, { name: 'body', sha256 }]);
  });

  it('reads lines while they come, and names the one that does not fit', async () => {
    const line = (caption: string): string => `${JSON.stringify({ isbn: ISBN, caption })}\n`;
    expect(await post('/covers/captions', line('four') + line('five!'), 'application/x-ndjson')).toEqual([200, 9]);
    const [status, problem] = await post('/covers/captions', line('four') + line(''), 'application/x-ndjson');
    expect([status, problem]).toEqual([
      400,
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/1/caption' })] }),
    ]);
  });
  it('leaves nothing of a request behind', async () => {
    expect(await sample.stop()).toBe(0);
    expect((await readdir(folder)).filter((name) => name.includes('upload'))).toEqual([]);
  });
});
