import {
  ChassisError,
  runFork,
  slot,
  type Invocation,
  type Next,
  type PlanContext,
  type PlannedHandler,
  type Reply,
} from '@ts-chassis/core';
import type { TokenProvider } from './token-provider.js';

/** What this link put on, so that a fork for another try does not take it for what the program said. */
const PutOn = slot<string>('credentials put on');

/** The link `credentials`: puts credentials on the calls of services that a token provider is named for; calls of others stay as they are. */
export class CredentialsHandler implements PlannedHandler {
  constructor(private readonly providers: ReadonlyMap<string, TokenProvider>) {}

  plan(context: PlanContext, next: Next): Next {
    const provider = this.providers.get(context.service);
    if (!provider) return next;
    const link = new CredentialsLink(provider, next);
    return (invocation) => link.run(invocation);
  }
}

class CredentialsLink {
  readonly #header: string;

  constructor(
    private readonly provider: TokenProvider,
    private readonly next: Next,
  ) {
    this.#header = provider.header ?? 'authorization';
  }

  async run(invocation: Invocation): Promise<Reply> {
    const present = invocation.headers.get(this.#header);
    // what the program says for a single call wins
    if (present !== undefined && present !== invocation.get(PutOn)) return this.next(invocation);
    const value = await this.provider.credentials(invocation);
    if (value === undefined) {
      invocation.removeHeader(this.#header);
      return this.next(invocation);
    }
    this.#putOn(invocation, value);
    if (!this.provider.refused || !invocation.replayable) return this.next(invocation);
    try {
      return await this.next(invocation);
    } catch (error) {
      if (!ChassisError.is(error) || error.kind !== 'UNAUTHENTICATED' || !error.remote) throw error;
      return this.#again(invocation, { value, error });
    }
  }

  /** Once: a second refusal is about us and not about the token's age. */
  async #again(invocation: Invocation, before: { readonly value: string; readonly error: unknown }): Promise<Reply> {
    this.provider.refused?.(before.value);
    const value = await this.provider.credentials(invocation);
    if (value === undefined || value === before.value || invocation.cancelled) throw before.error;
    const fork = invocation.fork();
    this.#putOn(fork, value);
    return runFork(this.next, fork);
  }

  #putOn(invocation: Invocation, value: string): void {
    invocation.setHeader(this.#header, value);
    invocation.set(PutOn, value);
  }
}
