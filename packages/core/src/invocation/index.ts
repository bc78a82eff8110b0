export { ambientInvocation, currentInvocation, runAmbient } from './ambient.js';
export { HeaderMap } from './header-map.js';
export { Invocation, type ForkChange, type InvocationInit, type InvocationSource } from './invocation.js';
export type { Next, Runner } from './next.js';
export { PropagatedContext } from './propagated-context.js';
export {
  CALLER_HEADER,
  CONTEXT_HEADER,
  TIMEOUT_HEADER,
  readPropagation,
  writePropagation,
  type Propagation,
} from './propagation.js';
export { isReply, replyOf, replyWith, type Reply } from './reply.js';
export { runFork } from './run-fork.js';
export { isStream, settle, type Settled } from './settle.js';
export { slot, type Slot } from './slot.js';
export { isStreamItem, STREAM_ITEM, type StreamItem } from './stream-item.js';
