import { expect, it } from 'vitest';
import { fromYamlText } from './yaml-text.js';

it('numbers that may be versions keep their zeros, others are numbers', () => {
  const text = '{version: 1.0, next: 1.10, build: 007, weight: 100, share: 0.5, list: [2.0, 2], quoted: "3.0"}';
  expect(fromYamlText(text)).toEqual({
    ...{ version: '1.0', next: '1.10', build: '007', weight: 100, share: 0.5, list: ['2.0', 2], quoted: '3.0' },
  });
});

it('whatever is no text stands for itself', () => {
  const value = [{ weight: 1 }];
  expect(fromYamlText(value)).toBe(value);
});
