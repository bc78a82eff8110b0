import { nearestName } from '@ts-chassis/core';
import { isMap, type ConfiguredRule, type Steps } from '../policy/configured-rule.js';
import type { Condition, Conditions, MatchCase } from './match-case.js';

type Fields = Readonly<Record<string, unknown>>;

/** Where in a rule something stands. */
interface Place {
  readonly rule: ConfiguredRule;
  readonly steps: Steps;
}

/** What a rule may say of a call, and by which names. */
const NAMES = {
  headers: ['headers', 'httpHeaders'],
  path: ['apiPath', 'path'],
  method: ['method', 'methods'],
  caller: ['caller', 'source', 'serviceName'],
  instance: ['instance', 'sourceTags'],
} as const;

/** The names that `readMatchCase` reads. */
export const MATCH_FIELDS: ReadonlySet<string> = new Set([...Object.values(NAMES).flat(), 'queries', 'query']);

/** Reads what a call must be like out of a map of a rule; what is wrong is told, and left out. */
export function readMatchCase(fields: Fields, at: Place): MatchCase {
  const named = (names: readonly string[]): Conditions => {
    return names.flatMap((name) => readNamed(fields[name], { rule: at.rule, steps: [...at.steps, name] }));
  };
  const single = (names: readonly string[]): readonly Condition[] => {
    return names.flatMap((name) => readConditions(fields[name], { rule: at.rule, steps: [...at.steps, name] }));
  };
  const queries = readQueries(fields, at);
  return {
    key: at.rule.key,
    methods: NAMES.method.flatMap((name) => readMethods(fields[name], { rule: at.rule, steps: [...at.steps, name] })),
    path: single(NAMES.path),
    headers: named(NAMES.headers).map(([name, conditions]) => [name.toLowerCase(), conditions]),
    ...queries,
    caller: single(NAMES.caller),
    instance: named(NAMES.instance),
  };
}

/** Reads comparisons of one value: a map of operators, or the value itself. */
export function readConditions(given: unknown, at: Place): readonly Condition[] {
  if (given === undefined || given === null) return [];
  if (isScalar(given)) return [{ operator: 'exact', expected: String(given), ignoreCase: false }];
  if (!isMap(given)) {
    at.rule.refuse(at.steps, 'a value, or a map of operators', given);
    return [];
  }
  const ignoreCase = String(given['caseInsensitive'] ?? given['caseinsensitive'] ?? false).toLowerCase() === 'true';
  return Object.entries(given).flatMap(([operator, expected]) => {
    if (operator.toLowerCase() === 'caseinsensitive') return [];
    if (isScalar(expected)) return [{ operator, expected: String(expected), ignoreCase }];
    at.rule.refuse([...at.steps, operator], 'a value', expected);
    return [];
  });
}

function readNamed(given: unknown, { rule, steps }: Place): Conditions {
  if (given === undefined || given === null) return [];
  if (!isMap(given)) {
    rule.refuse(steps, 'a map of names', given);
    return [];
  }
  return Object.entries(given).map(([name, conditions]) => [
    name,
    readConditions(conditions, { rule, steps: [...steps, name] }),
  ]);
}

/** Operators beside `queries` mean the whole text, as go-chassis has it; names mean parameters. */
function readQueries(fields: Fields, { rule, steps }: Place): Pick<MatchCase, 'queries' | 'rawQuery'> {
  const name = fields['queries'] === undefined ? 'query' : 'queries';
  const given = fields[name];
  const at = { rule, steps: [...steps, name] };
  const isWhole = isScalar(given) || (isMap(given) && Object.values(given).every(isScalar) && hasOperator(given));
  return isWhole
    ? { queries: [], rawQuery: readConditions(given, at) }
    : { queries: readNamed(given, at), rawQuery: [] };
}

const WHOLE_QUERY = new Set([
  ...['exact', 'contains', 'regex', 'noEqu', 'less', 'noLess', 'greater', 'noGreater'],
  ...['prefix', 'suffix', 'compare'],
]);

function hasOperator(given: Fields): boolean {
  return Object.keys(given).some((name) => WHOLE_QUERY.has(name));
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'];

function readMethods(given: unknown, { rule, steps }: Place): readonly string[] {
  if (given === undefined || given === null) return [];
  const list = Array.isArray(given) ? (given as unknown[]) : [given];
  const methods = list.flatMap((method) => (typeof method === 'string' ? method.split(/[,\s]+/) : [method]));
  return methods
    .filter((method) => method !== '')
    .map((method) => {
      const name = String(method).toUpperCase();
      if (!/^[A-Z-]+$/.test(name) || typeof method !== 'string') rule.refuse(steps, 'methods such as GET', method);
      else if (!METHODS.includes(name)) refuseSlip(name, method, { rule, steps });
      return name;
    });
}

/** Methods of one's own are no mistake, those that look like one of HTTP's are. */
function refuseSlip(name: string, given: string, { rule, steps }: Place): void {
  const meant = nearestName(name, METHODS);
  if (meant !== undefined) rule.refuse(steps, `a method such as GET (did you mean ${meant}?)`, given);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
