import type { Invocation } from '@ts-chassis/core';
import type { Principal } from '../principal.js';

/**
 * Decides whether a caller may go on. It runs before the body is read: headers and propagated context are there, arguments are not. What it throws
 * is the failure of the call.
 *
 * @example
 * ```ts
 * const ofTenant: Authorizer = ({ claims }, { headers }) => claims['tenant'] === headers.get('x-tenant');
 * ```
 */
export type Authorizer = (principal: Principal, invocation: Invocation) => boolean | Promise<boolean>;
