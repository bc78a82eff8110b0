import type { Operation, Runner, ServedOperation } from '@ts-chassis/core';
import { ArgumentPlan } from '../binding/argument-plan.js';
import { bodyPlanOf, type BodyPlan } from '../binding/body-plan.js';
import { ReplyPlan } from './reply-plan.js';
import type { RestSettings } from './rest-settings.js';

/** All that was decided about an operation before its first request. */
export class Route {
  readonly operation: Operation;
  readonly runner: Runner;
  readonly args: ArgumentPlan;
  readonly body: BodyPlan | undefined;
  readonly reply: ReplyPlan;

  /** @param settings - of all routes alike */
  constructor(served: ServedOperation, settings: RestSettings) {
    this.operation = served.operation;
    this.runner = served.runner;
    this.args = new ArgumentPlan(served.operation);
    this.body = bodyPlanOf(served.operation, settings.codecs);
    this.reply = new ReplyPlan(served.operation, settings.codecs, settings.answers);
  }
}
