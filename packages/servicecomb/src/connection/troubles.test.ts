import { VirtualClock } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { Lines } from './control-plane.fixture.js';
import { printable } from './printable.js';
import { Troubles } from './troubles.js';

describe('Troubles', () => {
  it('tells once when one begins, and once when it is over', () => {
    const lines = new Lines();
    const troubles = new Troubles(lines, new VirtualClock());
    for (let time = 0; time < 3; time += 1) troubles.begin('a', 'a is gone', { reason: 'x' });
    troubles.begin('b', 'b is gone');
    for (let time = 0; time < 3; time += 1) troubles.end('a', 'a is back');
    troubles.forget('b');
    troubles.end('b', 'b is back');
    expect(lines.messages).toEqual(['a is gone', 'b is gone', 'a is back']);
  });

  it('tells of what comes and goes no more than once a minute, and of what stays then', async () => {
    const lines = new Lines();
    const clock = new VirtualClock();
    const troubles = new Troubles(lines, clock);
    for (let second = 0; second < 600; second += 1) {
      if (second % 2 === 0) troubles.begin('a', 'a is gone');
      else troubles.end('a', 'a is back');
      await clock.advance(1000);
    }
    expect(lines.all.length).toBeLessThanOrEqual(20);
    expect(lines.messages.slice(-2)).toEqual(['a is gone', 'a is back']);
    const told = lines.all.length;
    for (let second = 0; second < 61; second += 1) {
      troubles.begin('a', 'a is gone for long');
      await clock.advance(1000);
    }
    troubles.end('a', 'a is back at last');
    expect(lines.messages.slice(told)).toEqual(['a is gone for long', 'a is back at last']);
  });

  it('remembers a bounded number', () => {
    const lines = new Lines();
    const troubles = new Troubles(lines, new VirtualClock());
    for (let at = 0; at < 5000; at += 1) troubles.begin(`k${at}`, 'gone');
    expect(lines.all).toHaveLength(1000);
  });
});

describe('printable', () => {
  it('is one short line', () => {
    expect(printable(' a\r\nb\u0000\u2028c\u001b[31m ')).toBe('a b c [31m');
    expect(printable('x'.repeat(1000))).toHaveLength(203);
  });
});
