import { slot } from '@ts-chassis/core';

/** The mark of a call on the wire, as go-chassis sends it; lower case. */
export const MARK_HEADER = 'x-mark';

/** Whether the mark of an invocation is told to those who are called inside it. */
export const MarkTravels = slot<boolean>('mark travels');
