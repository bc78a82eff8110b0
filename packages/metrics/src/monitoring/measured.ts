import { ChassisError, isStream, settle, type Clock, type Invocation, type Next, type Reply } from '@ts-chassis/core';
import type { CallRecorder, Outcome } from './call-recorder.js';

/** A link that measures all that comes after it: to the end of a stream, and no longer than until its caller was answered. */
export function measured(next: Next, clock: Clock, recorder: CallRecorder): Next {
  return (invocation) => new Measurement(invocation, clock, recorder).run(next);
}

/** One call: recorded once, by whichever comes first of its outcome and its cancellation. */
class Measurement {
  readonly #beganMs: number;
  #over = false;

  constructor(
    private readonly invocation: Invocation,
    private readonly clock: Clock,
    private readonly recorder: CallRecorder,
  ) {
    this.#beganMs = clock.elapsed();
    recorder.begin(invocation);
  }

  async run(next: Next): Promise<Reply> {
    // whoever is cancelled, by deadline or by hand, has been answered, however long the work goes on
    const stopWatching = this.invocation.onCancel((reason) => this.#end(failureOf(reason)));
    let reply: Reply;
    try {
      reply = await next(this.invocation);
    } catch (error) {
      stopWatching();
      this.#end(failureOf(error));
      throw error;
    }
    if (isStream(reply.value)) {
      return settle(reply, (error) => {
        stopWatching();
        this.#end(error === undefined ? reply : failureOf(error));
      });
    }
    stopWatching();
    this.#end(reply);
    return reply;
  }

  #end(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    this.recorder.end(this.invocation, this.clock.elapsed() - this.#beganMs, outcome);
  }
}

/** What is thrown or given as a reason may be anything. */
function failureOf(error: unknown): ChassisError {
  if (ChassisError.is(error)) return error;
  const isAbort = error instanceof Error && error.name === 'AbortError';
  return isAbort ? ChassisError.withoutStack('CANCELLED', 'cancelled', { cause: error }) : ChassisError.from(error);
}
