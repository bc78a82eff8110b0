import { annotate, type AnyClass } from '../metadata/annotate.js';
import { callSite, DeclaredAt } from '../metadata/call-site.js';

/**
 * Lets the container make a class: the compiler writes the types of its constructor's parameters, which are then
 * injected by type. One instance per application.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class BookStore { constructor(private readonly database: Database) {} }
 * ```
 */
export function Injectable(): (target: AnyClass) => void {
  const declaredAt = callSite(Injectable);
  return (target) => annotate(target, DeclaredAt, { value: declaredAt });
}
