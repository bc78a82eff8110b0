import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathOfTarget } from '../server/target-path.js';
import type { NextFunction } from './middleware.js';
import type { Prepared } from './prepare.js';
import type { Step } from './step.js';

/** In the place of an error: the middleware left the operation, or the application (`next('route')`, `next('router')`). */
export const LEFT = Symbol('left');

/** Whose turn it is, as seen by one step. */
export interface TurnOwner {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The step called `next`, with undefined for no error. */
  resume(error: unknown): void;
  /** The step called `next` twice. */
  again(step: Step): void;
  /** The step failed after it had called `next`: nobody else can be told. */
  failedLate(step: Step, error: unknown): void;
}

/** One run of one step: from its call to its `next`. */
export class Turn {
  /** Whether it called `next`. */
  #isDone = false;
  #restore: (() => void) | undefined;

  constructor(
    private readonly owner: TurnOwner,
    private readonly step: Step,
  ) {}

  /** @param error - for a step that handles errors */
  start(error: unknown): void {
    const { owner, step } = this;
    const { request, response } = owner;
    if (step.prefix || step.isApplication) this.#restore = enter(step, request, response);
    try {
      const result = step.run
        ? step.run(request, response, this.next)
        : step.handle!(error, request, response, this.next);
      if (isThenable(result)) result.then(undefined, (thrown: unknown) => this.#fail(thrown));
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  readonly next: NextFunction = (error?: unknown): void => {
    if (this.#isDone) return this.owner.again(this.step);
    this.#end(meaningOf(error, this.step));
  };

  #fail(thrown: unknown): void {
    const error = thrown || new Error(`${this.step.name} failed with ${String(thrown)}`);
    if (this.#isDone) this.owner.failedLate(this.step, error);
    else this.#end(error);
  }

  #end(error: unknown): void {
    this.#isDone = true;
    this.#restore?.();
    this.owner.resume(error);
  }
}

function meaningOf(error: unknown, step: Step): unknown {
  if (!error) return undefined;
  if (error === 'router') return LEFT;
  if (error === 'route') return step.ofOperation ? LEFT : undefined;
  return error;
}

function isThenable(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Promise<unknown>).then === 'function';
}

/** Shows the step what it is mounted to see; gives back what undoes that. */
function enter(step: Step, request: IncomingMessage & Prepared, response: ServerResponse): () => void {
  const undo = step.isApplication ? keepPrototypes(request, response) : undefined;
  const url = request.url!;
  const { path, query } = splitTarget(url);
  const length = step.prefix?.lengthIn(path) ?? 0;
  if (length <= 0) return undo ?? nothing;
  const base = request.baseUrl;
  const below = (path.slice(length) || '/') + query;
  request.url = below;
  request.baseUrl = `${base ?? ''}${path.slice(0, length)}`;
  return () => {
    // A step may rewrite what it saw; then that is what the next ones see.
    request.url = request.url === below ? url : `${path.slice(0, length)}${request.url!}`;
    request.baseUrl = base ?? '';
    undo?.();
  };
}

/** Whether a step stands where the request goes. */
export function isOnTheWay(step: Step, url: string): boolean {
  return step.prefix === undefined || step.prefix.lengthIn(splitTarget(url).path) >= 0;
}

function splitTarget(url: string): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?');
  return mark < 0
    ? { path: pathOfTarget(url), query: '' }
    : { path: pathOfTarget(url.slice(0, mark)), query: url.slice(mark) };
}

/**
 * An Express application changes the prototypes of both for good and signs its name: that is undone when it hands the request on. Meanwhile the
 * address is left to its own idea of it, which its `trust proxy` decides.
 */
function keepPrototypes(request: IncomingMessage & Prepared, response: ServerResponse): () => void {
  const ofRequest = Object.getPrototypeOf(request) as object;
  const ofResponse = Object.getPrototypeOf(response) as object;
  const signature = response.getHeader('x-powered-by');
  const { ip } = request;
  delete request.ip;
  return () => {
    Object.setPrototypeOf(request, ofRequest);
    Object.setPrototypeOf(response, ofResponse);
    if (ip !== undefined) request.ip = ip;
    if (signature === undefined && !response.headersSent) response.removeHeader('x-powered-by');
  };
}

function nothing(): void {}
