import type { HttpBinding, Parameter, RpcBinding } from './operation.js';
import { invalid } from './nodes/invalid.js';
import type { PathTemplate } from './path-template.js';
import { isOpaque, isServerOnly } from './make-parameter.js';

/** Refuses parameters that no call could carry: one name twice, two bodies, path and parameters that do not agree. */
export function checkParameters(
  parameters: readonly Parameter[],
  {
    where,
    http,
    path,
    rpc,
  }: {
    readonly where: string;
    readonly http: HttpBinding | undefined;
    readonly path: PathTemplate | undefined;
    readonly rpc: RpcBinding | undefined;
  },
): void {
  refuseTwins(parameters, where);
  if (rpc) refuseFiles(parameters, where);
  refuseBodies(parameters, where, http);
  refuseServerOnlyBefore(parameters, where);
  if (path) refusePathMismatch(parameters, path, where);
}

function refuseTwins(parameters: readonly Parameter[], where: string): void {
  const seen = new Map<string, Parameter>();
  for (const parameter of parameters) {
    const twin = seen.get(parameter.name);
    if (twin) {
      throw invalid(
        where,
        `parameters ${twin.index + 1} (${twin.place}) and ${parameter.index + 1} (${parameter.place}) are both named '${parameter.name}'; calls by name could not tell them apart`,
      );
    }
    seen.set(parameter.name, parameter);
  }
}

function refuseBodies(parameters: readonly Parameter[], where: string, http: HttpBinding | undefined): void {
  const bodies = parameters.filter(({ place }) => place === 'body');
  const forms = parameters.filter(({ place }) => place === 'form' || place === 'file');
  if (bodies.length > 1)
    throw invalid(where, `'${bodies[0]!.name}' and '${bodies[1]!.name}' are both the body; a request has one`);
  if (bodies.length > 0 && forms.length > 0)
    throw invalid(where, `'${bodies[0]!.name}' is the body, so '${forms[0]!.name}' cannot be a part of it`);
  const carried = bodies[0] ?? forms[0];
  if (carried && (http?.method === 'GET' || http?.method === 'HEAD')) {
    throw invalid(where, `${http.method} requests have no body, but '${carried.name}' is declared as ${carried.place}`);
  }
}

/** Messages of RPC protocols hold values only. */
function refuseFiles(parameters: readonly Parameter[], where: string): void {
  const file = parameters.find(isOpaque);
  if (!file) return;
  const what = file.stream ? `a stream of ${file.stream}` : 'a file';
  throw invalid(where, `'${file.name}' is ${what}, which RPC does not carry; drop @Rpc`);
}

/** Clients pass the others by position and know nothing of these. */
function refuseServerOnlyBefore(parameters: readonly Parameter[], where: string): void {
  let last: Parameter | undefined;
  for (const parameter of parameters) {
    if (isServerOnly(parameter.place)) last = parameter;
    else if (last)
      throw invalid(
        where,
        `'${last.name}' (${last.place}) is of the server only and stands after all parameters that callers pass`,
      );
  }
}

function refusePathMismatch(parameters: readonly Parameter[], path: PathTemplate, where: string): void {
  const declared = parameters.filter(({ place }) => place === 'path').map(({ name }) => name);
  const missing = path.names.find((name) => !declared.includes(name));
  if (missing !== undefined)
    throw invalid(
      where,
      `path ${path.text} has a parameter '${missing}' that no method parameter takes (declared: ${list(declared)})`,
    );
  const extra = declared.find((name) => !path.names.includes(name));
  if (extra !== undefined)
    throw invalid(
      where,
      `path parameter '${extra}' does not stand in the path ${path.text} (it has: ${list(path.names)})`,
    );
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
