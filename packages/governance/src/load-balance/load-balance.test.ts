import { afterEach, describe, expect, it } from 'vitest';
import { Balancing, counts } from './balancing.fixture.js';

let made: Balancing;
afterEach(() => made.stop());

describe('the balancer', () => {
  it('lets instances take turns where nothing is said', async () => {
    made = await Balancing.start({}, 'a', 'b', 'c');
    expect(counts((await made.calling(9)).to)).toEqual({ a: 3, b: 3, c: 3 });
  });
});
