import { coreError, protocolOf, type Next, type PlanContext, type PlannedHandler } from '@ts-chassis/core';
import type { RestListenerOptions, RestOptions } from '../rest-options.js';
import { plannedPass } from './planned-pass.js';
import { mountSteps, stepsOf, type Step } from './step.js';
import type { ExpressApplications } from './use-express.js';
import { MiddlewareKey } from './use-middleware.js';

/** What the links of middleware are made with. */
export interface MiddlewareSetting {
  readonly options: RestOptions;
  /** The listeners that are configured. */
  readonly listeners: readonly string[];
  readonly applications: ExpressApplications;
}

/**
 * The link `express`: the middleware of all listeners, then that of the listener, of the schema, of the method.
 */
export class MiddlewareHandler implements PlannedHandler {
  readonly #steps = new Map<string, readonly Step[]>();

  /** @throws ChassisError `LISTENER_INVALID` when the options name a listener that is not configured */
  constructor(private readonly setting: MiddlewareSetting) {
    const { options, listeners } = setting;
    const unknown = Object.keys(options.listeners ?? {}).find((name) => !listeners.includes(name) || !isRest(name));
    if (unknown === undefined) return;
    const known = listeners.filter(isRest).join(', ') || 'none';
    throw coreError(
      'LISTENER_INVALID',
      `rest({ listeners }): "${unknown}" is no configured listener of REST (servicecomb.protocols.${unknown}); configured: ${known}`,
    );
  }

  plan({ operation, listener }: PlanContext, next: Next): Next {
    if (listener === undefined || !isRest(listener)) return next;
    const { applications } = this.setting;
    const ofSchema = operation.schema.read(MiddlewareKey) ?? [];
    const ofMethod = operation.read(MiddlewareKey) ?? [];
    const site = { ofOperation: true, applications };
    return plannedPass(
      [
        ...this.#stepsOf(listener),
        ...stepsOf(ofSchema, { ...site, where: `@UseMiddleware of ${operation.schema.id}` }),
        ...stepsOf(ofMethod, { ...site, where: `@UseMiddleware of ${operation.id}` }),
      ],
      next,
    );
  }

  #stepsOf(listener: string): readonly Step[] {
    let steps = this.#steps.get(listener);
    if (!steps) {
      steps = layered(this.setting, listener).flatMap(({ where, options: { use = [] } }) =>
        stepsOf(use, { where: `${where} use`, ofOperation: false, applications: this.setting.applications }),
      );
      this.#steps.set(listener, steps);
    }
    return steps;
  }
}

/**
 * The link `mount`: applications in the place of a method, for requests that match no operation. It stands where `bind` does, so that
 * limits and guards hold for them too.
 */
export class MountHandler implements PlannedHandler {
  constructor(private readonly setting: MiddlewareSetting) {}

  plan({ operation, listener }: PlanContext, next: Next): Next {
    if (operation.id !== 'unmatched' || listener === undefined || !isRest(listener)) return next;
    const steps = layered(this.setting, listener).flatMap(({ where, options: { mount = [] } }) =>
      mountSteps(mount, {
        where: `${where} mount`,
        ofOperation: false,
        applications: this.setting.applications,
      }),
    );
    return plannedPass(steps, next);
  }
}

/** The options that speak for a listener, those of all listeners first. */
function layered(
  { options }: MiddlewareSetting,
  listener: string,
): readonly { readonly where: string; readonly options: RestListenerOptions }[] {
  const own = options.listeners?.[listener];
  return [{ where: 'rest():', options }, ...(own ? [{ where: `rest(), listener ${listener}:`, options: own }] : [])];
}

function isRest(listener: string): boolean {
  return protocolOf(listener) === 'rest';
}
