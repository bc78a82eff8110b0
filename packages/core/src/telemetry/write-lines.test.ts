import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { lineStyle } from './line-style.js';
import { writeLines } from './write-lines.js';

describe('writeLines', () => {
  it('opens the stream at the first line', () => {
    let opened = 0;
    const stream = new PassThrough();
    const write = writeLines(() => {
      opened += 1;
      return stream;
    });
    expect(opened).toBe(0);
    expect([write('a'), write('b')]).toEqual([true, true]);
    expect(opened).toBe(1);
    expect(String(stream.read())).toBe('a\nb\n');
  });

  it('survives a reader that went away', () => {
    const stream = new PassThrough();
    const write = writeLines(() => stream);
    write('a');
    stream.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(write('b')).toBe(true);
    stream.destroy();
    expect(write('c')).toBe(false);
  });

  it('drops lines when the reader stands still', () => {
    const stream = Object.assign(new EventEmitter(), { write: () => false, writableLength: 0 });
    const write = writeLines(() => stream);
    expect(write('a')).toBe(true);
    stream.writableLength = 17 * 1024 * 1024;
    expect(write('b')).toBe(false);
    stream.writableLength = 0;
    expect(write('c')).toBe(true);
  });

  it('listens once a stream, however many loggers there are', () => {
    const stream = new PassThrough();
    const before = stream.listenerCount('error');
    for (let index = 0; index < 20; index += 1) writeLines(() => stream)('x');
    expect(stream.listenerCount('error')).toBe(before + 1);
  });
});

describe('lineStyle', () => {
  it('is for people on a terminal in development only', () => {
    expect(lineStyle({}, true)).toEqual({ pretty: true, colour: true });
    expect(lineStyle({ NODE_ENV: 'production' }, true).pretty).toBe(false);
    expect(lineStyle({}, undefined).pretty).toBe(false);
    expect(lineStyle({ NO_COLOR: '1' }, true).colour).toBe(false);
  });
});
