import type { Operation, Runner, ServedOperation } from '@ts-chassis/core';
import { ArgumentPlan } from '../binding/argument-plan.js';
import { bodyPlanOf } from '../binding/body-plan.js';
import type { BodyPlan } from '../binding/open-body.js';
import { RouteVersions } from '../versioning/route-versions.js';
import { ReplyPlan } from './reply-plan.js';
import type { RestSettings } from './rest-settings.js';

/** All that was decided about an operation before its first request. */
export class Route {
  readonly operation: Operation;
  readonly runner: Runner;
  readonly args: ArgumentPlan;
  readonly body: BodyPlan | undefined;
  readonly reply: ReplyPlan;
  /** The routes at its place by version, itself among them; undefined when requests say nothing of versions there but by their path. */
  versions: RouteVersions<Route> | undefined;

  /** @param settings - of all routes alike */
  constructor(served: ServedOperation, settings: RestSettings) {
    this.operation = served.operation;
    this.runner = served.runner;
    this.args = new ArgumentPlan(served.operation);
    this.body = bodyPlanOf(served.operation, settings);
    this.reply = new ReplyPlan(served.operation, settings.codecs, settings.answers);
    this.versions = RouteVersions.of<Route>(this);
  }
}
