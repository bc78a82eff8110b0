import { restError } from '../codes.js';
import { isExpressSetup, type ExpressSetup } from './express-setup.js';
import type {
  ErrorMiddleware,
  ErrorMiddlewareAt,
  Middleware,
  MiddlewareAt,
  MiddlewareUse,
  Mount,
} from './middleware.js';
import { PathPrefix } from './path-prefix.js';
import type { ExpressApplications } from './use-express.js';

/** One middleware, ready to run. */
export interface Step {
  /** For messages. */
  readonly name: string;
  readonly prefix: PathPrefix | undefined;
  /** Exactly one of the two is there. */
  readonly run: Middleware | undefined;
  readonly handle: ErrorMiddleware | undefined;
  /** An Express application: it gives request and response prototypes of its own. */
  readonly isApplication: boolean;
  /** Of a schema or a method, so that `next('route')` leaves the operation. */
  readonly ofOperation: boolean;
}

/** Where a list of middleware stands. */
export interface StepSite {
  /** For messages: `rest({ use })`, `@UseMiddleware of Books.add`. */
  readonly where: string;
  readonly ofOperation: boolean;
  readonly applications: ExpressApplications;
}

/** @throws ChassisError `MIDDLEWARE_INVALID` for what is no middleware */
export function stepsOf(uses: readonly MiddlewareUse[], site: StepSite): readonly Step[] {
  return uses.flatMap((use, index) => stepsOfUse(use, { ...site, where: `${site.where}, entry ${index + 1}` }));
}

/** @throws ChassisError `MIDDLEWARE_INVALID` for what is no application */
export function mountSteps(mounts: readonly Mount[], site: StepSite): readonly Step[] {
  return mounts.map(({ path, app }, index) => {
    const where = `${site.where}, entry ${index + 1}`;
    return step(app, prefixOf(path, where), { ...site, where });
  });
}

function stepsOfUse(use: MiddlewareUse, site: StepSite): readonly Step[] {
  if (typeof use === 'function' || isExpressSetup(use)) return [step(use, undefined, site)];
  if (isErrorMiddleware(use)) {
    const prefix = use.path === undefined ? undefined : prefixOf(use.path, site.where);
    if (typeof use.onError !== 'function') throw invalid(site.where, use.onError);
    return [{ ...plain(use.onError, site), prefix, run: undefined, handle: use.onError }];
  }
  if (!isMiddlewareAt(use)) throw invalid(site.where, use);
  const prefix = prefixOf(use.path, site.where);
  return [use.use].flat().map((one: Middleware | ExpressSetup) => step(one, prefix, site));
}

function step(given: Middleware | ExpressSetup, prefix: PathPrefix | undefined, site: StepSite): Step {
  const run = isExpressSetup(given) ? site.applications.of(given) : given;
  if (typeof run !== 'function') throw invalid(site.where, run);
  // As Express tells them: by the number of their parameters.
  const handles = run.length === 4;
  return {
    ...plain(run, site),
    prefix,
    run: handles ? undefined : run,
    handle: handles ? (run as unknown as ErrorMiddleware) : undefined,
  };
}

function plain(run: Function, { where, ofOperation }: StepSite): Pick<Step, 'name' | 'isApplication' | 'ofOperation'> {
  const isApplication = 'handle' in run && 'set' in run;
  return { name: run.name === '' ? where : `${run.name} (${where})`, isApplication, ofOperation };
}

function prefixOf(path: unknown, where: string): PathPrefix {
  // A pattern that was taken for a text would guard nothing.
  if (typeof path === 'string' && /^\/[^:*{}()?#%]*$/.test(path)) return new PathPrefix(path);
  throw restError(
    'MIDDLEWARE_INVALID',
    `${where}: expected a path that begins with a slash, without patterns and percent signs, got ${shown(path)}`,
  );
}

function isErrorMiddleware(use: object): use is ErrorMiddlewareAt {
  return use !== null && typeof use === 'object' && 'onError' in use;
}

function isMiddlewareAt(use: unknown): use is MiddlewareAt {
  return typeof use === 'object' && use !== null && 'use' in use;
}

function invalid(where: string, got: unknown): Error {
  return restError(
    'MIDDLEWARE_INVALID',
    `${where}: expected a function (request, response, next), { path, use }, { onError } or useExpress(...), got ${shown(got)}`,
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : typeof value;
}
