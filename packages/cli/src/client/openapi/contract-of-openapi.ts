import { CommandError } from '../../command-error.js';
import { isObject, listOf, objectOf, resolved, textsOf, type Json } from './json.js';
import { className, methodName, parameterName, quoted, unused } from './words.js';
import { WrittenTypes, type Written } from './written-types.js';

const DECORATORS: Readonly<Record<string, string>> = {
  ...{ get: 'Get', put: 'Put', post: 'Post', delete: 'Delete', options: 'Options', head: 'Head', patch: 'Patch' },
};
const PLACES: Readonly<Record<string, string>> = {
  ...{ path: 'Param', query: 'Query', header: 'Headers', cookie: 'Cookie', formData: 'Form', body: 'Body' },
};
const JSON_TYPE = 'application/json';

/**
 * A contract in TypeScript for services whose OpenAPI 2.0 documents are given: a class for each document and each type of it, to be called
 * through `@Remote`. What has no word here, a stream of a body or an operation of another version's, is left out.
 *
 * @param documents - by the ids of their schemas
 * @throws CommandError for what is no such document, or has no operation
 */
export function contractOfOpenApi(documents: ReadonlyMap<string, unknown>): string {
  const contract = new Contract();
  for (const [id, document] of documents) contract.add(id, document);
  return contract.text();
}

interface Parameter {
  readonly text: string;
  readonly isOptional: boolean;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly item: Json;
  readonly operation: Json;
}

class Contract {
  readonly #taken = new Set<string>(['FileUpload']);
  readonly #core = new Set(['remote', 'Returns', 'Schema']);
  readonly #rest = new Set<string>();
  readonly #texts: string[] = [];

  add(id: string, document: unknown): void {
    if (!isObject(document) || document['swagger'] !== '2.0' || !isObject(document['paths']))
      throw new CommandError(`client: the contract "${id}" is no OpenAPI 2.0 document`);
    const name = unused(className(id), this.#taken);
    const types = new WrittenTypes(document, { taken: this.#taken, imports: this.#core });
    const methods = new Set<string>();
    const texts = routesOf(document).map((route) => new Method(route, { document, types }).text(this.#rest, methods));
    if (texts.length === 0) throw new CommandError(`client: the contract "${id}" has no operation`);
    this.#texts.push(
      ...types.texts,
      [`@Schema({ id: ${quoted(id)} })`, `export class ${name} {`, texts.join('\n\n'), '}'].join('\n'),
    );
  }

  text(): string {
    const named = (names: ReadonlySet<string>): string =>
      [...names]
        .sort((a, b) => a.localeCompare(b))
        .map((name) => (name === 'FileUpload' ? 'type FileUpload' : name))
        .join(', ');
    return [
      '// Made of stored contracts by chassis client.',
      `import { ${named(this.#core)} } from '@ts-chassis/core';`,
      `import { ${named(this.#rest)} } from '@ts-chassis/rest';`,
      ...this.#texts.map((text) => `\n${text}`),
      '',
    ].join('\n');
  }
}

function routesOf(document: Json): readonly Route[] {
  const base = typeof document['basePath'] === 'string' ? document['basePath'] : '';
  return Object.entries(objectOf(document['paths'])).flatMap(([path, item]) =>
    Object.keys(DECORATORS).flatMap((method): readonly Route[] => {
      const operation = objectOf(item)[method];
      if (!isObject(operation) || operation['x-alias-of'] !== undefined || streams(operation)) return [];
      const own = typeof operation['x-path'] === 'string' ? operation['x-path'] : `${base}/${path}`;
      return [{ method, path: own.replaceAll(/\/{2,}/g, '/'), item: objectOf(item), operation }];
    }),
  );
}

/** Bodies that come bit by bit. */
function streams(operation: Json): boolean {
  return listOf(operation['parameters']).some((parameter) => objectOf(parameter)['x-stream'] === true);
}

/** One operation. */
class Method {
  readonly #used = new Set<string>();

  constructor(
    private readonly route: Route,
    private readonly of: { readonly document: Json; readonly types: WrittenTypes },
  ) {}

  /** @param rest - gets what it needs of the REST package; @param taken - names of the class's methods */
  text(rest: Set<string>, taken: Set<string>): string {
    const { method, path, operation } = this.route;
    const id = [operation['x-operation'], operation['operationId']].find((each) => typeof each === 'string');
    const operationId = (id as string | undefined) ?? `${method} ${path}`;
    const name = unused(methodName(operationId), taken);
    const parameters = this.#parameters(name, rest);
    const route = `@${use(rest, DECORATORS[method]!)}(${quoted(path)})`;
    const { returns, result, status } = this.#result(name);
    return [
      `  ${route}`,
      ...(status === 200 ? [] : [`  @${use(rest, 'HttpCode')}(${status})`]),
      ...this.#mediaTypes(rest).map((line) => `  ${line}`),
      `  ${returns}`,
      `  ${name}(${parameters.map(({ text }) => text).join(', ')}): ${result} {`,
      '    return remote();',
      '  }',
    ].join('\n');
  }

  #mediaTypes(rest: Set<string>): readonly string[] {
    const { operation } = this.route;
    const lines: string[] = [];
    for (const [key, decorator] of [
      ['consumes', 'Consumes'],
      ['produces', 'Produces'],
    ] as const) {
      const types = textsOf(operation[key]).map((type) => type.split(';')[0]!);
      const isSaid = types.length > 0 && !types.includes(JSON_TYPE) && types.every((type) => type !== '*/*');
      if (isSaid) lines.push(`@${use(rest, decorator)}(${types.map(quoted).join(', ')})`);
    }
    return lines;
  }

  /** Those that may be left out last, as TypeScript wants it. */
  #parameters(method: string, rest: Set<string>): readonly Parameter[] {
    const { item, operation } = this.route;
    const given: readonly Json[] = [...listOf(item['parameters']), ...listOf(operation['parameters'])]
      .map((each) => resolved(each, this.of.document))
      .filter((each) => typeof each['name'] === 'string');
    const cookies: readonly Json[] = listOf(operation['x-cookie-parameters'])
      .filter(isObject)
      .map((cookie) => ({ ...cookie, in: 'cookie' }));
    // what an operation says again stands in the place of what is said of its path
    const byName = new Map(
      [...given, ...cookies].map((each) => [`${String(each['in'])} ${String(each['name'])}`, each]),
    );
    const written = [...byName.values()].flatMap((each) => this.#parameter(each, { method, rest }));
    return [...written.filter(({ isOptional }) => !isOptional), ...written.filter(({ isOptional }) => isOptional)];
  }

  #parameter(parameter: Json, { method, rest }: { method: string; rest: Set<string> }): readonly Parameter[] {
    const wire = String(parameter['name']);
    const isOptional = parameter['required'] !== true && parameter['in'] !== 'path';
    const name = unused(parameterName(wire), this.#used);
    const mark = isOptional ? '?' : '';
    if (parameter['type'] === 'file') {
      const isList = parameter['x-list'] === true;
      const decorator = use(rest, isList ? 'UploadedFiles' : 'UploadedFile');
      const options = isOptional ? ', { optional: true }' : '';
      const type = `${use(rest, 'FileUpload')}${isList ? '[]' : ''}`;
      return [{ isOptional, text: `@${decorator}(${quoted(wire)}${options}) ${name}${mark}: ${type}` }];
    }
    const decorator = PLACES[String(parameter['in'])];
    if (decorator === undefined) return [];
    const schema = isObject(parameter['schema']) ? parameter['schema'] : parameter;
    const written = this.of.types.written(schema, `${method} ${wire}`);
    const given = decorator === 'Body' ? bodyOf(written, isOptional) : givenOf(wire, { written, isOptional });
    return [{ isOptional, text: `@${use(rest, decorator)}(${given}) ${name}${mark}: ${written.type}` }];
  }

  #result(method: string): { readonly returns: string; readonly result: string; readonly status: number } {
    const responses = objectOf(this.route.operation['responses']);
    const status = Object.keys(responses).find((code) => /^2\d\d$/.test(code));
    const response = resolved(status === undefined ? undefined : responses[status], this.of.document);
    const isStream = response['x-stream'] === true;
    const code = Number(status ?? 200);
    if (response['schema'] === undefined) return { returns: '@Returns()', result: 'Promise<void>', status: code };
    const { spec, type } = this.of.types.written(response['schema'], `${method} result`);
    return {
      returns: `@Returns(${spec}${isStream ? ', { stream: true }' : ''})`,
      result: isStream ? `AsyncIterable<${type}>` : `Promise<${type}>`,
      status: code,
    };
  }
}

function givenOf(wire: string, { written, isOptional }: { written: Written; isOptional: boolean }): string {
  const { spec, map, options } = written;
  const said = [map === undefined ? `type: ${spec}` : `map: ${map}`, ...options];
  if (isOptional) said.push('optional: true');
  return `${quoted(wire)}, { ${said.join(', ')} }`;
}

function bodyOf({ spec, map, options }: Written, isOptional: boolean): string {
  const said = [...(map === undefined ? [] : [`map: ${map}`]), ...options, ...(isOptional ? ['optional: true'] : [])];
  const type = map === undefined ? spec : 'undefined';
  return said.length === 0 ? type : `${type}, { ${said.join(', ')} }`;
}

function use(imports: Set<string>, name: string): string {
  imports.add(name);
  return name;
}
