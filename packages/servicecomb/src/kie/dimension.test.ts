import { describe, expect, test } from 'vitest';
import { dimensionsOf } from './dimension.js';

const identity = { app: 'shop', environment: 'production', service: 'catalog', version: '1.0.0' };
const names = (custom = {}, environment = 'production'): readonly string[] =>
  dimensionsOf({ ...identity, environment }, custom).map(({ name }) => name);

describe('the labels that are asked for', () => {
  test('are those of the application, the service and its version, the weakest first', () => {
    expect(names()).toEqual([
      'app=shop,environment=production',
      'app=shop,environment=production,service=catalog',
      'app=shop,environment=production,service=catalog,version=1.0.0',
    ]);
  });

  test('custom labels are the strongest, beside those of the service', () => {
    expect(names({ colour: 'blue' }).at(-1)).toBe('app=shop,environment=production,service=catalog,colour=blue');
    expect(names({ service: 'other' }).at(-1)).toBe('app=shop,environment=production,service=other');
  });

  test('custom labels that say what is asked for already are asked for once', () => {
    expect(names({ version: '1.0.0' })).toHaveLength(3);
  });

  test('an empty environment is no label, and, stronger, an empty one', () => {
    expect(names({}, '').slice(0, 4)).toEqual([
      'app=shop',
      'app=shop,environment=',
      'app=shop,service=catalog',
      'app=shop,environment=,service=catalog',
    ]);
  });
});
