import { slot } from '@ts-chassis/core';
import type { RouteTags } from './matches-tags.js';

/**
 * What the balancer may pick from when no instance has the tags of the call: sets of tags to try in turn, `any` for whoever there is. Without it such a
 * call fails.
 */
export const RouteFallback = slot<readonly (RouteTags | 'any')[]>('route fallback');
