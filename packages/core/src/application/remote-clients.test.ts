import { describe, expect, it } from 'vitest';
import { policyKey } from '../chain/policy.js';
import type { Client } from '../consumer/client.js';
import { Remote, type RemoteOptions } from '../consumer/remote.js';
import { Injectable } from '../container/injectable.js';
import { Module } from '../container/module.js';
import { annotate } from '../metadata/annotate.js';
import { Arg } from '../schema/arg.js';
import { remote } from '../schema/remote.js';
import { Returns } from '../schema/returns.js';
import { Schema } from '../schema/schema.js';
import { silentLogger } from '../telemetry/logger.js';
import { createApplication } from './application.js';

const RetryKey = policyKey<{ attempts: number }>('Retry', '@ts-chassis/governance');

@Schema({ id: 'catalog' })
class Catalog {
  @Returns(String)
  find(@Arg('isbn') _isbn: string): Promise<string> {
    return remote();
  }
}

@Schema({ id: 'stock' })
class Stock extends Catalog {}
annotate(Stock.prototype, RetryKey, { value: { fields: { attempts: 3 } }, member: 'find' });

async function prepare(
  contract: typeof Catalog,
  values: Readonly<Record<string, unknown>> = {},
  options: RemoteOptions = {},
): Promise<void> {
  @Injectable()
  class Orders {
    constructor(@Remote(contract, options) readonly catalog: Client<Catalog>) {}
  }
  @Module({ providers: [Orders] })
  class OrdersModule {}
  const configuration = { directory: false, environment: false, commandLine: false, values } as const;
  const app = createApplication({ modules: [OrdersModule], configuration, logger: silentLogger });
  try {
    await app.prepare();
  } finally {
    await app.stop();
  }
}

describe('a client that cannot work', () => {
  const chain = 'servicecomb.handler.chain.Consumer';

  it('refuses the start when nobody knows a handler of its chain', async () => {
    await prepare(Catalog, { [`${chain}.default`]: 'loadbalance,transport' });
    await expect(prepare(Catalog, { [`${chain}.default`]: 'loadblance,transport' })).rejects.toThrow(
      `${chain}.default: no consumer handler is called "loadblance"; did you mean "loadbalance"?`,
    );
  });

  it('refuses the start when the chain it asks for is not configured', async () => {
    await expect(prepare(Catalog, {}, { chain: 'quick' })).rejects.toMatchObject({ code: 'CHAIN_INVALID' });
    await prepare(Catalog, { [`${chain}.quick`]: 'loadbalance,transport' }, { chain: 'quick' });
  });

  it('refuses the start when its contract asks for a policy of a package that is not listed', async () => {
    await expect(prepare(Stock)).rejects.toMatchObject({
      code: 'PLUGIN_MISSING',
      message: expect.stringContaining('Stock.find: @Retry needs the plug-in of @ts-chassis/governance') as string,
    });
  });
});
