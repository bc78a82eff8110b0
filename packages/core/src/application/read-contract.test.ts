import { describe, expect, it } from 'vitest';
import { readContract } from './read-contract.js';

const yaml = `
swagger: "2.0"
info: { title: swagger definition for Library, version: 1.0.0, x-java-interface: gen.peers.Library }
basePath: /library
paths:
  /books/{isbn}:
    get:
      operationId: find
      parameters:
        - { name: isbn, in: path, required: true, type: string, default: "\${HOME}" }
      responses:
        "200": { description: ok, schema: { type: string } }
`;

describe('readContract', () => {
  it('reads YAML as others store it, and JSON as we do', async () => {
    const { operations } = await readContract(yaml, 'library');
    expect(operations.map(({ name, http }) => [name, http?.path])).toEqual([['find', '/library/books/{isbn}']]);
    const json = JSON.stringify({ swagger: '2.0', info: {}, paths: { '/a': { get: { operationId: 'a' } } } });
    expect((await readContract(`\n ${json}`, 'library')).operations.map(({ name }) => name)).toEqual(['a']);
  });

  it.each([
    ['a: [', 'is no YAML'],
    ['- a\n- b\n', 'is no YAML'],
    ['a: b\n', 'is no OpenAPI document'],
    ['', 'is no OpenAPI document'],
    ['{"a":', 'is no JSON'],
  ])('refuses what is no contract: %j', async (text, why) => {
    await expect(readContract(text, 'library')).rejects.toMatchObject({
      code: 'NO_CONTRACT',
      message: expect.stringMatching(`the stored contract "library" ${why}`),
    });
  });
});
