import { nearestName } from '@ts-chassis/core';
import { authError } from '../codes.js';
import type { AuthenticationScheme } from './scheme.js';

/** A scheme with the name it goes by. */
export interface NamedScheme {
  readonly name: string;
  readonly scheme: AuthenticationScheme;
}

/** The schemes that are set up, in the order they look for their credentials. */
export class SchemeTable {
  readonly #all: ReadonlyMap<string, AuthenticationScheme>;

  constructor(all: ReadonlyMap<string, AuthenticationScheme>) {
    this.#all = all;
  }

  /**
   * Those of these names, all when there are none.
   *
   * @param where - the operation, for messages
   * @throws ChassisError `AUTH_INVALID` for a scheme that nobody set up
   */
  choose(names: readonly string[], where: string): readonly NamedScheme[] {
    const known = [...this.#all.keys()];
    if (known.length === 0) {
      const expected = 'auth({ jwt, basic, apiKey, mtls or schemes }), or their keys in the configuration';
      throw authError('AUTH_INVALID', `${where}: asks who calls, and no scheme is set up; expected ${expected}`);
    }
    return (names.length === 0 ? known : [...new Set(names)]).map((name) => {
      const scheme = this.#all.get(name);
      if (scheme) return { name, scheme };
      const nearest = nearestName(name, known);
      const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
      throw authError(
        'AUTH_INVALID',
        `${where}: the scheme "${name}" is not set up; expected one of ${known.join(', ')}${hint}`,
      );
    });
  }
}
