import { VirtualClock } from '@ts-chassis/core';
import { describe, expect, it } from 'vitest';
import { Lines } from './fake-registry.fixture.js';
import { Oddities } from './oddities.js';

const MINUTE_MS = 60_000;

describe('Oddities', () => {
  it('are told one a minute, however many there are', async () => {
    const log = new Lines();
    const clock = new VirtualClock();
    const oddities = new Oddities(log, clock);
    for (let second = 0; second < 600; second += 1) {
      for (let at = 0; at < 100; at += 1) oddities.tell(`odd ${second} ${at}`);
      await clock.advance(1000);
    }
    expect(log.lines).toHaveLength(10);
    expect(log.lines[0]).toBe('warn odd 0 0');
  });

  it('are told once an hour while they stay, each of them', async () => {
    const log = new Lines();
    const clock = new VirtualClock();
    const oddities = new Oddities(log, clock);
    for (let minute = 0; minute < 180; minute += 1) {
      for (const instance of ['a', 'b', 'c']) oddities.tell('an endpoint is left out', { instance });
      await clock.advance(MINUTE_MS);
    }
    expect(log.lines).toHaveLength(9);
  });
});
