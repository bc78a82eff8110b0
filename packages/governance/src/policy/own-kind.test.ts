import {
  ChassisError,
  Returns,
  Schema,
  type Invocation,
  type Next,
  type PlanContext,
  type PlannedHandler,
  type Plugin,
  type Reply,
} from '@ts-chassis/core';
import { defineMarked, definePolicy, policyDecorator } from '@ts-chassis/governance';
import { afterEach, expect, it } from 'vitest';
import { Limited } from '../limiter/limited.fixture.js';

/** A kind of governance as somebody else would add it: how long a request may be, by configuration, by mark and by decorator. */
interface LengthFields {
  readonly headers: number;
}

const LengthPolicy = definePolicy<LengthFields>({
  name: 'length',
  decorator: 'Length',
  description: 'How much a request may hold.',
  fields: { headers: { type: 'integer', minimum: 0, description: 'Headers at most.' } },
  defaults: { headers: 100 },
  handlers: { provider: 'length' },
  aliases: { 'acme.length.*': 'services.*.headers' },
});
const MarkedLengths = defineMarked(LengthPolicy, { key: 'servicecomb.length', rename: { maxHeaders: 'headers' } });
const Length = (headers: number) => policyDecorator(LengthPolicy, { headers });

class LengthHandler implements PlannedHandler {
  plan(context: PlanContext, next: Next): Next {
    const fields = context.policy(LengthPolicy)?.value;
    const marked = context.section(MarkedLengths);
    if (!fields && marked.size === 0) return next;
    return (invocation: Invocation): Promise<Reply> => {
      const mark = invocation.mark === undefined ? undefined : marked.get(invocation.mark);
      const most = mark?.headers ?? fields?.headers ?? Infinity;
      const count = Object.keys(invocation.headers.record).length;
      if (count > most)
        return Promise.reject(new ChassisError('INVALID_ARGUMENT', `${count} headers; at most ${most}`));
      return next(invocation);
    };
  }
}

const lengths: Plugin = {
  name: 'lengths',
  needs: ['governance'],
  install(host) {
    host.policy(LengthPolicy);
    host.section(LengthPolicy.section);
    host.section(MarkedLengths);
    host.handler({ name: 'length', side: 'provider', everywhere: true, make: () => new LengthHandler() });
  },
};

@Schema({ id: 'plain' })
class Plain {
  @Returns(String) find(): Promise<string> {
    return Promise.resolve('found');
  }

  @Length(1)
  @Returns(String)
  short(): Promise<string> {
    return Promise.resolve('short');
  }
}

let running: Limited | undefined;

afterEach(async () => {
  await running?.app.stop();
  running = undefined;
});

const three = { headers: { a: '1', b: '2', mark: 'gold' } };

it('a kind of somebody else’s goes by its decorator, its keys, their other spellings, and its rules by mark, live', async () => {
  const limited = await Limited.start(Plain, { plugins: [lengths] });
  running = limited;
  expect(await limited.call('find', three)).toBe('found');
  await expect(limited.call('short', { headers: { a: '1', b: '2' } })).rejects.toThrow('2 headers; at most 1');
  limited.configure({ 'acme.length.catalog': '2' });
  await expect(limited.call('find', three)).rejects.toThrow('3 headers; at most 2');
  limited.configure({ 'servicecomb.length.gold': 'maxHeaders: 3' });
  expect(await limited.call('find', three)).toBe('found');
  expect(() => limited.app.config.set('servicecomb.length.gold', 'maxHeaders: -1')).toThrow('expected at least 0');
  expect(await limited.call('find', three)).toBe('found');
});
