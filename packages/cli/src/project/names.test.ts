import { describe, expect, it } from 'vitest';
import { camel, kebab, pascal, singular } from './names.js';

describe('names', () => {
  it('turn into one another', () => {
    expect(['OrderItems', 'orderItems', 'order_items', 'Order Items', 'order-items'].map(kebab)).toEqual(
      Array.from({ length: 5 }, () => 'order-items'),
    );
    expect([pascal('order-items'), camel('order-items')]).toEqual(['OrderItems', 'orderItems']);
  });

  it.each([
    ['notes', 'note'],
    ['order-items', 'order-item'],
    ['entries', 'entry'],
    ['boxes', 'box'],
    ['stock', 'stock-item'],
    ['status', 'status-item'],
    ['bus', 'bus-item'],
    ['glass', 'glass-item'],
  ])('one of %s is a %s', (many, one) => {
    expect(singular(many)).toBe(one);
  });
});
