import { ChassisError, type Invocation, type Next, type Reply } from '@ts-chassis/core';
import { authError } from '../codes.js';
import { ProvenPrincipal, type Caller } from '../principal.js';
import type { AuthenticationScheme } from './scheme.js';
import type { NamedScheme } from './scheme-table.js';

/** What a link is planned with. */
export interface AuthenticationPlan {
  /** Those accepted, in the order they look for their credentials. */
  readonly schemes: readonly NamedScheme[];
  /** Whether who brings no credentials is let in. */
  readonly optional: boolean;
  /** The operation, for messages. */
  readonly operation: string;
}

/** Finds out who calls: the first scheme that finds its credentials decides, and bad ones never make a stranger of their bearer. */
export class AuthenticationLink {
  readonly #readsAuthorization: boolean;

  constructor(
    private readonly plan: AuthenticationPlan,
    private readonly next: Next,
  ) {
    this.#readsAuthorization = plan.schemes.some(({ scheme }) => scheme.readsAuthorization === true);
  }

  async run(invocation: Invocation): Promise<Reply> {
    if (!this.#isProven(invocation)) {
      const principal = await this.#prove(invocation);
      if (principal) invocation.principal = principal;
      else this.#admitStranger(invocation);
    }
    return this.next(invocation);
  }

  /** A link before this one, of a single scheme, may have asked already. */
  #isProven({ principal }: Invocation): boolean {
    return principal instanceof ProvenPrincipal && this.plan.schemes.some(({ name }) => name === principal.scheme);
  }

  async #prove(invocation: Invocation): Promise<ProvenPrincipal | undefined> {
    for (const { name, scheme } of this.plan.schemes) {
      // null is what much that finds nobody returns, whatever the types say
      let caller: Caller | null | undefined;
      try {
        caller = await scheme.authenticate(invocation);
      } catch (error) {
        throw this.#refusal(error, scheme);
      }
      if (caller === undefined || caller === null) continue;
      if (caller instanceof ProvenPrincipal && caller.scheme === name) return caller;
      if (typeof caller.name !== 'string' || caller.name === '')
        throw this.#refusal(authError('CREDENTIALS_INVALID', 'the credentials name nobody'), scheme);
      return new ProvenPrincipal(name, caller);
    }
    return undefined;
  }

  #admitStranger({ headers }: Invocation): void {
    if (this.#readsAuthorization && headers.has('authorization')) {
      const words = this.plan.schemes.map(({ name }) => name).join(', ');
      const message = `the header "authorization" is of no scheme that is accepted here (${words})`;
      throw this.#refusal(authError('CREDENTIALS_INVALID', message));
    }
    if (this.plan.optional) return;
    const details = { challenge: this.#challenges() };
    throw authError('CREDENTIALS_MISSING', `${this.plan.operation}: credentials are needed`, { details });
  }

  /** Whatever else a scheme throws (keys cannot be had, the caller is known and not listed) is no question of credentials. */
  #refusal(error: unknown, by?: AuthenticationScheme): unknown {
    if (!ChassisError.is(error) || error.kind !== 'UNAUTHENTICATED' || error.remote) return error;
    const { message, cause, details, code } = error;
    return ChassisError.withoutStack('UNAUTHENTICATED', `${this.plan.operation}: ${message}`, {
      code: code === 'UNAUTHENTICATED' ? 'CREDENTIALS_INVALID' : code,
      details: { ...details, challenge: this.#challenges(by, error) },
      ...(cause !== undefined && { cause }),
    });
  }

  #challenges(by?: AuthenticationScheme, failure?: Error): string {
    return this.plan.schemes.map(({ scheme }) => scheme.challenge(scheme === by ? failure : undefined)).join(', ');
  }
}
