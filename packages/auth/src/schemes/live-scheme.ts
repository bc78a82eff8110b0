import { ChassisError, type Invocation, type Live, type Logger } from '@ts-chassis/core';
import type { Caller } from '../principal.js';
import type { AuthenticationScheme } from './scheme.js';

/** A scheme with something to end. */
export interface ClosableScheme extends AuthenticationScheme {
  close?(): void;
}

/** A scheme that follows its section of the configuration; what cannot be made of a change is said, and the last good one stays. */
export class LiveScheme<T> implements ClosableScheme {
  #present: ClosableScheme;

  /** @throws ChassisError `AUTH_INVALID` for what the section says now */
  constructor(
    section: Live<T>,
    private readonly make: (values: T) => ClosableScheme,
    private readonly logger: Logger,
  ) {
    this.#present = make(section.value);
    section.onChange((values) => this.#follow(values));
  }

  get readsAuthorization(): boolean {
    return this.#present.readsAuthorization ?? false;
  }

  challenge(failure?: Error): string {
    return this.#present.challenge(failure);
  }

  authenticate(invocation: Invocation): Caller | undefined | Promise<Caller | undefined> {
    return this.#present.authenticate(invocation);
  }

  close(): void {
    this.#present.close?.();
  }

  #follow(values: T): void {
    const before = this.#present;
    try {
      this.#present = this.make(values);
    } catch (error) {
      if (!ChassisError.is(error)) throw error;
      this.logger.error(`authentication keeps what it was set up with: ${error.message}`);
      return;
    }
    before.close?.();
  }
}
