import type { SharedCall } from './shared-call.js';

/** The calls of one operation that are under way: by the object whose method is called, if it is one of ours, and by key. */
export class RunningCalls {
  readonly #remote = new Map<string, SharedCall>();
  readonly #local = new WeakMap<object, Map<string, SharedCall>>();

  /** @param self - the object whose method is called; none for calls of a service */
  of(self: object | undefined): Map<string, SharedCall> {
    if (!self) return this.#remote;
    let calls = this.#local.get(self);
    if (!calls) this.#local.set(self, (calls = new Map()));
    return calls;
  }
}
