import type { ChassisError } from '@ts-chassis/core';

/** A call goes past so many instances at most: when all of many refuse, to refuse must stay cheap. */
const MOST = 64;

/**
 * The instances that a try did not go to because a guard that we keep for each of them, its circuit or its bulkhead, refused it. Nothing was sent, so another one is
 * picked at once.
 */
export class PassedOver {
  readonly addresses = new Set<string>();
  #refusal: ChassisError | undefined;

  /** What is thrown when there is nobody else: the refusal that is over first. */
  get refusal(): ChassisError {
    return this.#refusal!;
  }

  get isFull(): boolean {
    return this.addresses.size >= MOST;
  }

  has(address: string): boolean {
    return this.addresses.has(address);
  }

  add(address: string, refusal: ChassisError): this {
    this.addresses.add(address);
    const { retryAfterMs = Infinity } = refusal;
    if (!this.#refusal || retryAfterMs < (this.#refusal.retryAfterMs ?? Infinity)) this.#refusal = refusal;
    return this;
  }
}
