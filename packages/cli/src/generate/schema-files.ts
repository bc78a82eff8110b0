import { contract, service, test } from './crud-template.js';
import { wordsOf } from './words.js';

/** Files by path, relative to the folder of sources. */
export type Files = Readonly<Record<string, string>>;

/** A contract, the service that implements it, and a test of both. */
export function schemaFiles(name: string): Files {
  const words = wordsOf(name);
  return {
    [`${name}/${name}.contract.ts`]: contract(words),
    [`${name}/${name}.service.ts`]: service(words),
    [`${name}/${name}.test.ts`]: test(words, 'app.module.js'),
  };
}
