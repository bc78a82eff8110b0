import { settle, type Invocation, type Next, type Reply } from '@ts-chassis/core';

/** How an invocation ended: with a reply, or with what was thrown; with both when a stream broke off. */
export interface Ending {
  readonly reply?: Reply;
  readonly error?: unknown;
}

/**
 * Runs what follows and tells once how it ended: a stream at its end. At a deadline the chain is left behind, and what runs in it may never
 * end; so being cancelled is an end too.
 */
export async function whenOver(invocation: Invocation, next: Next, told: (ending: Ending) => void): Promise<Reply> {
  let isOver = false;
  const end = (ending: Ending): void => {
    if (isOver) return;
    isOver = true;
    told(ending);
  };
  const forget = invocation.onCancel((error) => end({ error }));
  try {
    const reply = await next(invocation);
    return settle(reply, (error) => {
      forget();
      end({ reply, error });
    });
  } catch (error) {
    forget();
    end({ error });
    throw error;
  }
}
