import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../main.js';

const MODULE = `import { Module } from '@ts-chassis/core';\n\n@Module({ schemas: [], handlers: [], providers: [] })\nexport class AppModule {}\n`;

describe('chassis generate', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chassis-generate-'));
    mkdirSync(join(folder, 'src'));
    writeFileSync(join(folder, 'package.json'), '{}');
    writeFileSync(join(folder, 'src/app.module.ts'), MODULE);
    symlinkSync(join(__dirname, '../../../../node_modules'), join(folder, 'node_modules'), 'dir');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function generate(...words: string[]): Promise<{ code: number; out: string; err: string }> {
    let out = '';
    let err = '';
    const terminal = { out: (text: string) => void (out += text), err: (text: string) => void (err += text) };
    const code = await main(['generate', ...words], { ...terminal, cwd: join(folder, 'src'), environment: {} });
    return { code, out, err };
  }
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');

  it('makes a schema with its test and lists it', async () => {
    expect(await generate('schema', 'OrderItems')).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(join(folder, 'src/order-items')).sort()).toEqual(
      ['contract', 'service', 'test'].map((part) => `order-items.${part}.ts`),
    );
    expect(read('src/order-items/order-items.contract.ts')).toContain(
      "@Schema({ id: 'order-items', path: '/order-items' })",
    );
    expect(read('src/app.module.ts')).toContain('schemas: [OrderItemsService]');
  });

  it('makes a handler of either side', async () => {
    await generate('handler', 'audit');
    await generate('g', 'x');
    await generate('handler', 'sign', '--side', 'consumer');
    expect(read('src/handlers/audit.handler.ts')).toContain(
      "@Handler('audit', { side: 'provider', everywhere: true })",
    );
    expect(read('src/handlers/sign.handler.ts')).toContain("side: 'consumer'");
    expect(read('src/app.module.ts')).toContain('handlers: [AuditHandler, SignHandler]');
  });

  it('makes a consumer of the contract that is there, else one with a contract', async () => {
    await generate('schema', 'books');
    await generate('consumer', 'books', '--service', 'library');
    expect(read('src/books/books.client.ts')).toContain("@Remote(Books, { service: 'library' })");
    await generate('consumer', 'stock');
    expect(read('src/stock/stock.contract.ts')).toContain('export class Stock ');
    expect(read('src/app.module.ts')).toContain('providers: [BooksClient, StockClient]');
  });

  it('never overwrites, and changes nothing then', async () => {
    await generate('schema', 'books');
    rmSync(join(folder, 'src/books/books.contract.ts'));
    writeFileSync(join(folder, 'src/books/books.service.ts'), 'mine');
    const before = read('src/app.module.ts');
    expect(await generate('schema', 'books')).toMatchObject({
      code: 1,
      err: expect.stringContaining('src/books/books.service.ts, src/books/books.test.ts is there already') as string,
    });
    expect(read('src/books/books.service.ts')).toBe('mine');
    expect(readdirSync(join(folder, 'src/books'))).not.toContain('books.contract.ts');
    expect(read('src/app.module.ts')).toBe(before);
  });

  it('says what to write where it cannot list', async () => {
    rmSync(join(folder, 'src/app.module.ts'));
    const { code, out } = await generate('schema', 'books');
    expect(code).toBe(0);
    expect(out).toContain('not listed yet: src/app.module.ts is not there');
    expect(out).toContain("import { BooksService } from './books/books.service.js';");
  });

  it('says that the compiler is missing, and what to write', async () => {
    rmSync(join(folder, 'node_modules'));
    const { code, out } = await generate('schema', 'books');
    expect(code).toBe(0);
    expect(out).toContain(
      `not listed yet: typescript is not installed in ${folder} ("npm install" does it), without which src/app.module.ts cannot be changed. Write in src/app.module.ts:\n`,
    );
    expect(out).toContain("import { BooksService } from './books/books.service.js';");
    expect(out).not.toContain('@Module({ ... })');
  });

  it.each([
    ['7.0.0', 'exports.version = 7;', 'typescript 7.0.0 has no compiler API (expected ~6.0.3)'],
    ['6.0.3', `throw new Error('half installed');`, 'cannot be loaded (half installed)'],
  ])('says what is wrong with the compiler %s', async (version, text, why) => {
    rmSync(join(folder, 'node_modules'));
    mkdirSync(join(folder, 'node_modules/typescript'), { recursive: true });
    writeFileSync(join(folder, 'node_modules/typescript/package.json'), JSON.stringify({ version }));
    writeFileSync(join(folder, 'node_modules/typescript/index.js'), text);
    expect((await generate('schema', 'books')).out).toContain(why);
    expect(read('src/app.module.ts')).toBe(MODULE);
  });

  it('says it of a module that has no single definition', async () => {
    writeFileSync(join(folder, 'src/app.module.ts'), 'export {};\n');
    expect((await generate('schema', 'books')).out).toContain(
      'not listed yet: src/app.module.ts has no single @Module({ ... }) to add to',
    );
  });

  it('imports from where the module is', async () => {
    mkdirSync(join(folder, 'src/shop'));
    writeFileSync(join(folder, 'src/shop/shop.module.ts'), MODULE);
    await generate('schema', 'books', '--module', 'src/shop/shop.module.ts');
    expect(read('src/shop/shop.module.ts')).toContain("import { BooksService } from '../books/books.service.js';");
  });

  it.each(['../x', '/etc/x', 'a b;c', '', '7x', 'x-', 'handlers', 'über', 'a'.repeat(64)])(
    'refuses the name %j',
    async (name) => {
      const { code, err } = await generate('schema', name);
      expect(code).toBe(2);
      expect(err).toContain('generate: cannot call a part');
      expect(readdirSync(join(folder, 'src'))).toEqual(['app.module.ts']);
    },
  );
});
