import { describe, expect, it } from 'vitest';
import { PropagatedContext } from './propagated-context.js';

describe('PropagatedContext', () => {
  it('is never changed: with makes another', () => {
    const one = PropagatedContext.empty.with('tenant', 'acme');
    const two = one.with('tenant', 'other').with('region', 'eu');
    expect(one.get('tenant')).toBe('acme');
    expect([...two.entries()]).toEqual([
      ['tenant', 'other'],
      ['region', 'eu'],
    ]);
    expect(PropagatedContext.empty.size).toBe(0);
    expect(two.size).toBe(2);
  });

  it('keeps what it was made of apart from its source', () => {
    const source = new Map([['a', '1']]);
    const context = PropagatedContext.of(source);
    source.set('a', '2');
    expect(context.get('a')).toBe('1');
    expect(PropagatedContext.of([])).toBe(PropagatedContext.empty);
  });

  it('takes any name, also those that objects have of themselves', () => {
    expect(PropagatedContext.empty.get('constructor')).toBeUndefined();
    expect(PropagatedContext.empty.with('__proto__', 'x').get('__proto__')).toBe('x');
  });
});
