import { annotate } from '../metadata/annotate.js';
import { OperationKey, type OperationMark } from './operation-keys.js';

/**
 * Says what documents show of an operation, or gives it another name. A method with nothing but this is an operation too.
 *
 * @param mark - adds to what the contract says
 *
 * @example
 * ```ts
 * @Get('/:isbn') @Describe({ summary: 'finds a book by its number', deprecated: true })
 * find(@Param('isbn') isbn: string): Promise<Book> { return remote(); }
 * ```
 */
export function Describe(mark: OperationMark): MethodDecorator {
  return (target, member) => annotate(target, OperationKey, { update: (own) => ({ ...own, ...mark }), member });
}
