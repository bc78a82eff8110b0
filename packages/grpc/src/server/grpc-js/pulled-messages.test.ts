import { ChassisError } from '@ts-chassis/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PulledMessages } from './pulled-messages.js';

/** What grpc-js does: gives one message, or the end, for each time it is asked. */
class Wire {
  readonly come: (Buffer | 'end')[] = [];
  messages!: PulledMessages;
  #isAsked = false;

  readonly pull = (): void => {
    this.#isAsked = true;
    this.give();
  };

  give(): void {
    if (!this.#isAsked || this.come.length === 0) return;
    this.#isAsked = false;
    const next = this.come.shift()!;
    if (next === 'end') this.messages.ended();
    else this.messages.arrived(next);
  }
}

function opened({ single = false, maxBytes = 0 } = {}): { wire: Wire; messages: PulledMessages } {
  const wire = new Wire();
  const messages = (wire.messages = new PulledMessages({ pull: wire.pull, single, maxBytes }));
  return { wire, messages };
}

const codeOf = (reading: Promise<unknown>): Promise<string> =>
  reading.then(
    () => 'read',
    (error: unknown) => (ChassisError.is(error) ? error.code : String(error)),
  );

describe('messages that are pulled', () => {
  it('are each given to one reader, in order, however readings and arrivals follow one another', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(20), fc.array(fc.boolean(), { maxLength: 60 }), async (count, turns) => {
        const { wire, messages } = opened();
        const coming = [...Array.from({ length: count }, (_, at) => Buffer.from([at])), 'end' as const];
        const readings: Promise<Buffer | undefined>[] = [];
        for (const isReading of turns) {
          if (isReading) readings.push(messages.read());
          else if (coming.length > 0) wire.come.push(coming.shift()!);
          wire.give();
        }
        wire.come.push(...coming);
        while (readings.length <= count) readings.push(messages.read());
        for (let at = 0; at <= count; at += 1) wire.give();
        const read = await Promise.all(readings);
        expect(read.map((bytes) => bytes?.[0])).toEqual(readings.map((_, at) => (at < count ? at : undefined)));
      }),
    );
  });

  it('of a method that takes one are waited for to the end, or to the second', async () => {
    for (const [come, read, hasMore] of [
      [[Buffer.from('a'), 'end'], 'a', false],
      [['end'], undefined, false],
      [[Buffer.from('a'), Buffer.from('b')], 'a', true],
    ] as const) {
      const { wire, messages } = opened({ single: true });
      wire.come.push(...come);
      expect((await messages.read())?.toString()).toBe(read);
      expect(messages.hasMore).toBe(hasMore);
    }
  });

  it('are refused when they are longer than what holds now', async () => {
    const { wire, messages } = opened({ maxBytes: 3 });
    wire.come.push(Buffer.from('abc'), Buffer.from('abcd'));
    expect((await messages.read())?.toString()).toBe('abc');
    expect(await codeOf(messages.read())).toBe('MESSAGE_TOO_LARGE');
  });

  it('are thrown away once nobody wants them, and who waits is told', async () => {
    const { wire, messages } = opened();
    const waiting = codeOf(messages.read());
    messages.close();
    expect(await waiting).toBe('CALL_CANCELLED');
    wire.come.push(Buffer.from('a'), Buffer.from('b'), 'end');
    wire.give();
    while (wire.come.length > 0) await Promise.resolve();
    expect(await messages.read()).toBeUndefined();
  });
});
