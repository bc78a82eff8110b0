import type { ChassisError, Invocation, Reply } from '@ts-chassis/core';

/** How a call ended: with a reply, or with a failure. A stream that broke off is a failure. */
export type Outcome = Reply | ChassisError;

/**
 * Records the calls of one operation. Made when it is planned; its series are bound when a call first needs them, so that what is never called
 * takes no room on the page, and every further call finds its own without a look-up.
 */
export interface CallRecorder {
  begin(invocation: Invocation): void;
  end(invocation: Invocation, durationMs: number, outcome: Outcome): void;
}

/** Several for the same calls. */
export class CallRecorders implements CallRecorder {
  constructor(private readonly recorders: readonly CallRecorder[]) {}

  begin(invocation: Invocation): void {
    for (const recorder of this.recorders) recorder.begin(invocation);
  }

  end(invocation: Invocation, durationMs: number, outcome: Outcome): void {
    for (const recorder of this.recorders) recorder.end(invocation, durationMs, outcome);
  }
}
