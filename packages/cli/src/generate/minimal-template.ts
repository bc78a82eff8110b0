/** The contract, the service and the test of a project that only greets, by path below the sources. */
export const GREETINGS: Readonly<Record<string, string>> = {
  'greetings/greetings.contract.ts': `import { Field, remote, Returns, Schema } from '@ts-chassis/core';
import { Get, Param } from '@ts-chassis/rest';

export class Greeting {
  @Field() message!: string;
}

/** What the service offers and what its clients call; the bodies never run. */
@Schema({ id: 'greetings', path: '/greetings' })
export class Greetings {
  @Get('/:name')
  @Returns(Greeting)
  greet(@Param('name', { maxLength: 40 }) name: string): Promise<Greeting> {
    return remote();
  }
}
`,
  'greetings/greetings.service.ts': `import { Implements } from '@ts-chassis/core';
import { Greetings, type Greeting } from './greetings.contract.js';

@Implements(Greetings)
export class GreetingsService extends Greetings {
  override async greet(name: string): Promise<Greeting> {
    return { message: \`Hello, \${name}!\` };
  }
}
`,
  'greetings/greetings.test.ts': `import { TestApplication } from '@ts-chassis/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule } from '../app.module.js';
import { Greetings } from './greetings.contract.js';

describe('greetings', () => {
  let app: TestApplication;

  beforeAll(async () => {
    app = await TestApplication.create({ modules: [AppModule] });
  });
  afterAll(() => app?.stop());

  it('greets by name', async () => {
    expect(await app.client(Greetings).greet('Ada')).toEqual({ message: 'Hello, Ada!' });
  });

  it('refuses a name that is too long', async () => {
    await expect(app.client(Greetings).greet('a'.repeat(41))).rejects.toMatchObject({ kind: 'INVALID_ARGUMENT' });
  });
});
`,
};
