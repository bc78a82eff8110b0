import { Container, type ServiceIdentifier } from 'inversify';

/**
 * The only file that knows inversify: a set of singletons, each under a symbol of ours, made by functions of ours. The
 * build puts it into core's one file with the library inside (ADR 0004), so it imports nothing else.
 */
export class Engine {
  readonly #container = new Container({ defaultScope: 'Singleton' });

  /** @param needs - the symbols whose values `make` receives, in order */
  bind(key: symbol, make: (...needed: unknown[]) => unknown, needs: readonly symbol[]): void {
    this.#container
      .bind(key)
      .toResolvedValue(make as (...needed: never[]) => unknown, [...needs] as ServiceIdentifier[] as never);
  }

  /** @throws when the value, or one that it needs, comes as a promise */
  get(key: symbol): unknown {
    return this.#container.get(key);
  }

  getAsync(key: symbol): Promise<unknown> {
    return this.#container.getAsync(key);
  }
}
