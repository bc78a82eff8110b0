import type { Words } from './words.js';

/** The contract: what both sides share. */
export function contract({ name, type, item, variable }: Words): string {
  return `import { Field, remote, Returns, Schema } from '@ts-chassis/core';
import { Body, Delete, Get, HttpCode, Param, Post } from '@ts-chassis/rest';

export class New${item} {
  @Field({ minLength: 1, maxLength: 200 }) text!: string;
}

export class ${item} extends New${item} {
  @Field() id!: string;
}

/** What the service offers and what its clients call; the bodies never run. */
@Schema({ id: '${name}', path: '/${name}' })
export class ${type} {
  @Get()
  @Returns([${item}])
  list(): Promise<${item}[]> {
    return remote();
  }

  @Get('/:id')
  @Returns(${item})
  find(@Param('id') id: string): Promise<${item}> {
    return remote();
  }

  @Post()
  @HttpCode(201)
  @Returns(${item})
  add(@Body() ${variable}: New${item}): Promise<${item}> {
    return remote();
  }

  @Delete('/:id')
  @Returns(${item}, { description: 'what was removed' })
  remove(@Param('id') id: string): Promise<${item}> {
    return remote();
  }
}
`;
}

/** The service that implements the contract, in memory. */
export function service({ name, type, item, variable }: Words): string {
  return `import { Implements, NotFound } from '@ts-chassis/core';
import { randomUUID } from 'node:crypto';
import { ${type}, type ${item}, type New${item} } from './${name}.contract.js';

/** Keeps them in memory: put your database here. */
@Implements(${type})
export class ${type}Service extends ${type} {
  readonly #kept = new Map<string, ${item}>();

  override async list(): Promise<${item}[]> {
    return [...this.#kept.values()];
  }

  override async find(id: string): Promise<${item}> {
    const ${variable} = this.#kept.get(id);
    if (!${variable}) throw NotFound(\`no ${variable} \${id}\`, { details: { id } });
    return ${variable};
  }

  override async add(${variable}: New${item}): Promise<${item}> {
    const added = { ...${variable}, id: randomUUID() };
    this.#kept.set(added.id, added);
    return added;
  }

  override async remove(id: string): Promise<${item}> {
    const ${variable} = await this.find(id);
    this.#kept.delete(id);
    return ${variable};
  }
}
`;
}

/** A test of both, over the in-memory wire. */
export function test({ name, type, object, variable }: Words, module: string): string {
  return `import { TestApplication } from '@ts-chassis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule } from '../${module}';
import { ${type} } from './${name}.contract.js';

describe('${name}', () => {
  let app: TestApplication;

  beforeAll(async () => {
    app = await TestApplication.create({ modules: [AppModule] });
  });
  afterAll(() => app?.stop());

  it('keeps what is added until it is removed', async () => {
    const ${object} = app.client(${type});
    const added = await ${object}.add({ text: 'first' });
    expect(await ${object}.list()).toEqual([added]);
    expect(await ${object}.find(added.id)).toEqual({ id: added.id, text: 'first' });
    await ${object}.remove(added.id);
    await expect(${object}.find(added.id)).rejects.toMatchObject({ kind: 'NOT_FOUND' });
  });

  it('refuses a ${variable} without text', async () => {
    await expect(app.client(${type}).add({ text: '' })).rejects.toMatchObject({ kind: 'INVALID_ARGUMENT' });
  });
});
`;
}
