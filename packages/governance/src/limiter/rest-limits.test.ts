import { createApplication, Returns, Schema, silentLogger, VirtualClock } from '@ts-chassis/core';
import { Get, rest } from '@ts-chassis/rest';
import { describe, expect, it } from 'vitest';
import { governance } from '../plugin.js';
import { RateLimit } from './rate-limit.js';

@Schema({ id: 'books', path: '/books' })
class Books {
  @RateLimit({ rate: 2, per: 'minute' })
  @Get('/')
  @Returns(String)
  list(): Promise<string> {
    return Promise.resolve('all');
  }
}

describe('a limit over REST', () => {
  it('answers 429 with Retry-After in whole seconds and the code', async () => {
    const clock = new VirtualClock();
    const app = createApplication({
      ...{ name: 'catalog', logger: silentLogger, signals: false, clock },
      modules: [{ module: class Shelf {}, schemas: [Books] }],
      plugins: [rest(), governance()],
      configuration: {
        ...{ directory: false, environment: false, commandLine: false },
        values: {
          'servicecomb.registry.type': 'static',
          'servicecomb.protocols.rest.listenAddress': '127.0.0.1:0',
          'servicecomb.lifecycle.drainDelay': 0,
        },
      },
    });
    await app.start();
    try {
      const ask = (): Promise<Response> => fetch(`http://127.0.0.1:${app.endpoints[0]!.port}/books/`);
      const answers = [await ask(), await ask(), await ask()];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
      const refused = answers[2]!;
      expect(refused.headers.get('retry-after')).toBe('30');
      expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(await refused.json()).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
      await clock.advance(30_000);
      expect((await ask()).status).toBe(200);
    } finally {
      await app.stop();
    }
  });
});
