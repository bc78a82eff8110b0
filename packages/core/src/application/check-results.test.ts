import { describe, expect, it } from 'vitest';
import { annotate } from '../metadata/annotate.js';
import { HttpRouteKey } from '../schema/operation-keys.js';
import { readSchema } from '../schema/read-schema.js';
import { Returns } from '../schema/returns.js';
import { Schema } from '../schema/schema.js';
import { undeclaredResults } from './check-results.js';

const Route = (target: object, member: string): void =>
  annotate(target, HttpRouteKey, { value: { method: 'GET', path: `/${member}` }, member });

@Schema({ id: 'books' })
class Books {
  @Route
  silent(): string {
    return '';
  }

  @Route
  @Returns()
  empty(): void {}

  @Route
  @Returns(String)
  declared(): string {
    return '';
  }
}

describe('undeclaredResults', () => {
  it('names the routes that do not say what they give back', () => {
    expect(undeclaredResults([readSchema(Books)])).toEqual(['books.silent']);
  });
});
