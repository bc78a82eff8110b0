import {
  createApplication,
  currentInvocation,
  Implements,
  Module,
  Remote,
  remote,
  Returns,
  Schema,
  silentLogger,
  type Application,
  type Client,
} from '@ts-chassis/core';
import { Get, Param, rest } from '@ts-chassis/rest';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

@Schema({ id: 'far', path: '/far' })
class Far {
  @Get('/wait/:id')
  @Returns(String)
  wait(@Param('id') id: string): Promise<string> {
    return remote();
  }

  @Get('/items/:id')
  @Returns(String, { stream: true })
  items(@Param('id') id: string): AsyncIterable<string> {
    return remote();
  }

  @Get('/told')
  @Returns([String])
  told(): Promise<string[]> {
    return remote();
  }
}

/** What happened at the far end, by the id of the call. */
class Events {
  readonly #seen = new Map<string, { readonly happened: Promise<string>; readonly happen: (what: string) => void }>();

  of(name: string): { readonly happened: Promise<string>; readonly happen: (what: string) => void } {
    let event = this.#seen.get(name);
    if (!event) {
      let happen!: (what: string) => void;
      const happened = new Promise<string>((resolve) => (happen = resolve));
      this.#seen.set(name, (event = { happened, happen }));
    }
    return event;
  }
}

const events = new Events();

@Implements(Far)
class FarService extends Far {
  override wait(id: string): Promise<string> {
    const { signal } = currentInvocation();
    events.of(`${id} began`).happen('');
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        events.of(`${id} ended`).happen((signal.reason as { code: string }).code);
        reject(signal.reason as Error);
      });
    });
  }

  override async *items(id: string): AsyncIterable<string> {
    try {
      yield 'first';
      events.of(`${id} began`).happen('');
      await new Promise<void>((resolve) => currentInvocation().onCancel(() => resolve()));
    } finally {
      events.of(`${id} ended`).happen('finally');
    }
  }

  override told(): Promise<string[]> {
    const { source, context, headers } = currentInvocation();
    return Promise.resolve([
      `caller ${source.service}`,
      `tenant ${context.get('tenant')}`,
      `authorization ${headers.get('authorization')}`,
      `cookie ${headers.get('cookie')}`,
    ]);
  }
}

@Schema({ id: 'near', path: '/near', listeners: ['rest', 'rest-outside'] })
class Near {
  constructor(@Remote(Far, { service: 'far' }) private readonly far: Client<Far>) {}

  @Get('/wait/:id')
  @Returns(String)
  wait(@Param('id') id: string): Promise<string> {
    return this.far.wait(id);
  }

  @Get('/items/:id')
  @Returns(String)
  async items(@Param('id') id: string): Promise<string> {
    const items: string[] = [];
    for await (const item of this.far.items(id)) items.push(item);
    return items.join(' ');
  }

  @Get('/told')
  @Returns([String])
  told(): Promise<string[]> {
    return this.far.told();
  }
}

@Module({ schemas: [FarService] })
class FarModule {}

@Module({ schemas: [Near] })
class NearModule {}

let folder: string;
let far: Application;
let near: Application;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ts-chassis-travels-'));
  far = application('far', { modules: [FarModule], ambient: true });
  near = application('near', {
    modules: [NearModule],
    values: { 'servicecomb.protocols.rest-outside.listenAddress': '127.0.0.1:0' },
  });
  await far.start();
  await near.start();
});

afterAll(async () => {
  await near.stop();
  await far.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('what a request brings travels through a service to the next one', () => {
  it.each(['wait', 'items'])('cancels the call made inside (%s) when the client goes away', async (how) => {
    const id = `left-${how}`;
    const leaving = new AbortController();
    const answer = fetch(url(`/near/${how}/${id}`), { signal: leaving.signal }).catch((error: Error) => error.name);
    await events.of(`${id} began`).happened;
    leaving.abort();
    expect(await answer).toBe('AbortError');
    expect(await events.of(`${id} ended`).happened).toBe(how === 'items' ? 'finally' : 'CALL_CANCELLED');
  });

  it.each(['wait', 'items'])(
    'ends the call made inside (%s) when the time that a peer granted is over',
    async (how) => {
      const id = `late-${how}`;
      const answer = await fetch(url(`/near/${how}/${id}`), { headers: { 'x-chassis-timeout-ms': '300' } });
      expect(answer.status).toBe(504);
      expect(await events.of(`${id} ended`).happened).toMatch(
        how === 'items' ? /finally/ : /CALL_(DEADLINE|CANCELLED)/,
      );
    },
  );

  const headers = {
    'x-cse-context': '{"tenant":"t1","x-cse-src-microservice":"gateway"}',
    authorization: 'Bearer secret',
    cookie: 'session=1',
  };

  it('hands the context of a peer on beside its own name, and no credentials', async () => {
    const answer = await fetch(url('/near/told'), { headers });
    expect(await answer.json()).toEqual(['caller near', 'tenant t1', 'authorization undefined', 'cookie undefined']);
  });

  it('hands nothing on that came by a listener which trusts nobody', async () => {
    const answer = await fetch(url('/near/told', 'rest-outside'), {
      headers: { ...headers, 'x-chassis-timeout-ms': '0' },
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual([
      'caller near',
      'tenant undefined',
      'authorization undefined',
      'cookie undefined',
    ]);
  });
});

function url(path: string, listener = 'rest'): string {
  const { port } = near.endpoints.find((endpoint) => endpoint.listener === listener)!;
  return `http://127.0.0.1:${port}${path}`;
}

function application(
  name: string,
  { values, ...options }: { modules: (new () => object)[]; ambient?: boolean; values?: object },
): Application {
  return createApplication({
    ...options,
    name,
    logger: silentLogger,
    signals: false,
    plugins: [rest()],
    configuration: {
      ...{ directory: false, environment: false, commandLine: false },
      values: {
        'servicecomb.registry.address': pathToFileURL(join(folder, 'registry')).href,
        'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
        'servicecomb.protocols.rest.trust': 'peers',
        'servicecomb.lifecycle.drainDelay': 0,
        ...values,
      },
    },
  });
}
