import type { Files } from './schema-files.js';
import { wordsOf } from './words.js';

/** A handler of the chain, and a test that sees it in one. */
export function handlerFiles(name: string, side: 'provider' | 'consumer'): Files {
  const { type, object } = wordsOf(name);
  return {
    [`handlers/${name}.handler.ts`]: `import { Handler, Logger, type ChainHandler, type Invocation, type Next, type Reply } from '@ts-chassis/core';

/**
 * Stands in the chain of every operation ${side === 'provider' ? 'that this service offers' : 'that this service calls'}. Without \`everywhere\` it is put into single chains by
 * \`@Use(${type}Handler)\`, or by its name in \`servicecomb.handler.chain.${side === 'provider' ? 'Provider' : 'Consumer'}\`.
 */
@Handler('${name}', { side: '${side}', everywhere: true })
export class ${type}Handler implements ChainHandler {
  constructor(private readonly logger: Logger) {}

  async handle(invocation: Invocation, next: Next): Promise<Reply> {
    // What stands here runs before the rest of the chain; a refusal is thrown, as in PermissionDenied('...').
    try {
      return await next(invocation);
    } finally {
      // All later handlers and the method itself have run.
      this.logger.debug('${name}', { operation: invocation.operation.id });
    }
  }
}
`,
    [`handlers/${name}.test.ts`]: `import { Logger, type Invocation, type Reply } from '@ts-chassis/core';
import { describe, expect, it, vi } from 'vitest';
import { ${type}Handler } from './${name}.handler.js';

describe('${name}', () => {
  it('lets calls through and sees how they end', async () => {
    const debug = vi.fn();
    const ${object} = new ${type}Handler({ debug } as unknown as Logger);
    const invocation = { operation: { id: 'books.find' } } as Invocation;
    const reply = { value: 'a book' } as Reply;
    expect(await ${object}.handle(invocation, async () => reply)).toBe(reply);
    expect(debug).toHaveBeenCalledWith('${name}', { operation: 'books.find' });
  });
});
`,
  };
}
