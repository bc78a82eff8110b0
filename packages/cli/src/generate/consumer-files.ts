import type { Files } from './schema-files.js';
import { wordsOf } from './words.js';

/** How to make a consumer: whose contract it calls. */
export interface ConsumerOptions {
  /** The service that is called. */
  readonly service: string;
  /** Whether `<name>.contract.ts` is there already, with the class in it. */
  readonly contract?: string;
}

/** An injectable that calls another service, the part of that service's contract it needs, and a test that plays the service. */
export function consumerFiles(name: string, { service, contract: given }: ConsumerOptions): Files {
  const { type, item } = wordsOf(name);
  const contract = given ?? type;
  const find = given === undefined;
  return {
    ...(find && { [`${name}/${name}.contract.ts`]: contractFile(name) }),
    [`${name}/${name}.client.ts`]: `import { Injectable, Remote, type Client } from '@ts-chassis/core';
import { ${contract}${find ? `, type ${item}` : ''} } from './${name}.contract.js';

/** Calls the service ${service}: its instances are found by that name, and every call passes through the consumer chain. */
@Injectable()
export class ${type}Client {
  constructor(@Remote(${contract}, { service: '${service}' }) ${find ? 'private ' : ''}readonly remote: Client<${contract}>) {}
${
  find
    ? `
  find(id: string): Promise<${item}> {
    return this.remote.find(id);
  }
`
    : ''
}}
`,
    [`${name}/${name}.client.test.ts`]: clientTest(name, { service, contract, find }),
  };
}

function contractFile(name: string): string {
  const { type, item } = wordsOf(name);
  return `import { Field, remote, Returns, Schema } from '@ts-chassis/core';
import { Get, Param } from '@ts-chassis/rest';

export class ${item} {
  @Field() id!: string;
}

/** What is called of another service: share the file with it, or write down the operations that are used. The bodies never run. */
@Schema({ id: '${name}', path: '/${name}' })
export class ${type} {
  @Get('/:id')
  @Returns(${item})
  find(@Param('id') id: string): Promise<${item}> {
    return remote();
  }
}
`;
}

function clientTest(name: string, of: { service: string; contract: string; find: boolean }): string {
  const { type } = wordsOf(name);
  const { service, contract, find } = of;
  const fake = find ? `{ find: async (id) => ({ id }) }` : '{}';
  const expectation = find
    ? `expect(await app.get(${type}Client).find('1')).toEqual({ id: '1' });`
    : `expect(app.get(${type}Client).remote).toBeDefined();`;
  return `import { Module } from '@ts-chassis/core';
import { TestApplication } from '@ts-chassis/testing';
import { expect, it } from 'vitest';
import { ${type}Client } from './${name}.client.js';
import { ${contract} } from './${name}.contract.js';

@Module({ providers: [${type}Client] })
class ClientModule {}

it('calls the service ${service}', async () => {
  const app = await TestApplication.create({ modules: [ClientModule] }).fakeRemote(${contract}, { service: '${service}' }, ${fake});
  try {
    ${expectation}
  } finally {
    await app.stop();
  }
});
`;
}
