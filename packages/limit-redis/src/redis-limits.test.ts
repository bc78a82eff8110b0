import { Returns, Schema } from '@ts-chassis/core';
import { governance, RateLimit } from '@ts-chassis/governance';
import { TestApplication } from '@ts-chassis/testing';
import { describe, expect, it } from 'vitest';
import { redisLimits } from './redis-limits.js';

@Schema({ id: 'books' })
class Books {
  @RateLimit({ rate: 5, store: 'redis' })
  @Returns(String)
  find(): Promise<string> {
    return Promise.resolve('found');
  }
}

const module = { module: class Shelf {}, schemas: [Books] };

describe('redisLimits', () => {
  it('decides by the client it is given, and does not close it', async () => {
    const commands: (readonly string[])[] = [];
    const client = {
      sendCommand(command: readonly string[]): Promise<unknown> {
        commands.push(command);
        return Promise.resolve(command.length === 6 ? 1 : [0, '420.000']);
      },
    };
    const values = { 'servicecomb.limits.redis.prefix': 'mine:' };
    const plugins = [governance(), redisLimits({ client, prefix: 'not mine:' })];
    const t = await TestApplication.create({ name: 'shop', modules: [module], plugins, configuration: { values } });
    await expect(t.client(Books).find()).rejects.toMatchObject({ kind: 'RESOURCE_EXHAUSTED' });
    expect(commands.at(-1)).toEqual(expect.arrayContaining(['mine:/default/shop/provider/shop/books/find', '5', '1']));
    await t.stop();
    expect(commands.at(-1)![0]).toBe('ZREM');
  });

  it('refuses an address that is none, and shows no password', async () => {
    expect(() => redisLimits({ url: 'http://me:secret@limits:6379' })).toThrow(/expected a url such as redis:/);
    expect(() => redisLimits({ url: 'http://me:secret@limits:6379' })).not.toThrow(/secret/);
    const values = { 'servicecomb.limits.redis.url': 'limits:6379' };
    const plugins = [governance(), redisLimits()];
    await expect(TestApplication.create({ name: 'shop', plugins, configuration: { values } })).rejects.toThrow(
      /servicecomb\.limits\.redis\.url/,
    );
  });
});
