/** Where {@link ExpressSetup} keeps what is to be done with the application. */
export const SETUP = Symbol('ts-chassis.express-setup');

/**
 * Express itself, in a list of middleware; made by `useExpress`.
 *
 * @example
 * ```ts
 * const setup: ExpressSetup = useExpress((app: Express) => void app.use(renderer));
 * ```
 */
export interface ExpressSetup {
  readonly [SETUP]: (app: never) => void;
}

/** Whether something was made by `useExpress`. */
export function isExpressSetup(value: unknown): value is ExpressSetup {
  return typeof value === 'object' && value !== null && SETUP in value;
}
