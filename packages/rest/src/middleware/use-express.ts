import { SETUP, type ExpressSetup } from './express-setup.js';
import type { Middleware } from './middleware.js';

/**
 * Asks for Express itself: for middleware that needs what Express adds to request and response (`request.query`, `request.get()`,
 * `response.json()`, ...) and for routes written for it. Express is loaded when the listener is planned; each rest plug-in makes an
 * application of its own. What nobody in it answers goes on as if it were not there.
 *
 * @param setup - receives the new application; name its type, as `Express` of `@types/express`
 *
 * @example
 * ```ts
 * rest({ use: [useExpress((app: Express) => void app.get('/ping', (request, response) => void response.json({ from: request.ip })))] });
 * ```
 */
export function useExpress<App>(setup: (app: App) => void): ExpressSetup {
  return { [SETUP]: setup };
}

/** The applications of one plug-in: each set up once, however many listeners and operations use it. */
export class ExpressApplications {
  readonly #made = new Map<ExpressSetup, Middleware>();

  of(setup: ExpressSetup): Middleware {
    let app = this.#made.get(setup);
    if (!app) {
      // Few programs need Express itself.
      const express = require('express') as () => Middleware;
      app = express();
      setup[SETUP](app as never);
      this.#made.set(setup, app);
    }
    return app;
  }
}
