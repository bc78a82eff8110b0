import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { registered, type Registration } from './register.js';

const books: Registration = { name: 'BooksService', from: './books/books.service.js', list: 'schemas' };
const added = (text: string, registration = books): string | undefined => registered(ts, text, registration);

describe('registered', () => {
  it('adds to a list, behind what is there, and an import', () => {
    expect(
      added(`import { Module } from 'a';\n\n@Module({ schemas: [Notes], handlers: [] })\nexport class App {}\n`),
    ).toBe(
      `import { Module } from 'a';\nimport { BooksService } from './books/books.service.js';\n\n@Module({ schemas: [Notes, BooksService], handlers: [] })\nexport class App {}\n`,
    );
  });

  it('fills an empty list, and makes one that is missing', () => {
    expect(added(`import 'a';\n@Module({ schemas: [] })\nclass App {}`)).toContain(
      '@Module({ schemas: [BooksService] })',
    );
    expect(added(`import 'a';\n@Module({ handlers: [] })\nclass App {}`)).toContain(
      '@Module({ handlers: [], schemas: [BooksService] })',
    );
    expect(added(`import 'a';\n@Module({})\nclass App {}`)).toContain('@Module({ schemas: [BooksService] })');
  });

  it('keeps to lists and modules that have a line for each item', () => {
    expect(
      added(`import 'a';\n@Module({\n  schemas: [\n    Notes,\n    Other, // last\n  ],\n})\nclass App {}`),
    ).toContain('    Other,\n    BooksService, // last\n  ],');
    expect(added(`import 'a';\n@Module({\n  handlers: [],\n})\nclass App {}`)).toContain(
      '  handlers: [],\n  schemas: [BooksService],\n})',
    );
  });

  it('is not misled by what looks like a module', () => {
    const text = `import 'a';\n// @Module({ schemas: [] })\nconst text = "@Module({ schemas: [] })";\n@Module({ schemas: [Notes] })\nclass App {}`;
    expect(added(text)).toContain('@Module({ schemas: [Notes, BooksService] })');
  });

  it.each([
    ['no module', 'export class App {}'],
    ['two modules', '@Module({ schemas: [] }) class A {}\n@Module({ schemas: [] }) class B {}'],
    ['a list that is computed', '@Module({ schemas: all() }) class App {}'],
    ['a definition that is computed', '@Module(definition) class App {}'],
  ])('leaves alone a file with %s', (_what, text) => {
    expect(added(text)).toBeUndefined();
  });
});
