import type { Enum, Field, Method, Service, Type } from 'protobufjs';
import { grpcError } from '../codes.js';
import { loadGiven } from './given-files.js';
import { camelCase, pascal } from './proto-names.js';
import { reflection } from './reflection.js';

/**
 * What {@link contractText} takes.
 *
 * @example
 * ```ts
 * const options: ContractTextOptions = { includeDirs: ['proto'], service: 'demo.Greeter' };
 * ```
 */
export interface ContractTextOptions {
  /** Folders in which the file and what it imports are looked for; default: its own folder and the working directory. */
  readonly includeDirs?: readonly string[];
  /** Only this service; default all of the file. */
  readonly service?: string;
  /** Whether properties are called as the fields are written; default false: `book_id` is `bookId`. */
  readonly keepCase?: boolean;
}

/**
 * A contract in TypeScript for the services of a `.proto`: a class for each service and each message, to be called through `@Remote` with
 * `grpc({ protos: [{ file }] })`.
 *
 * @param file - the `.proto`
 * @throws ChassisError `PROTO_INVALID` when the file cannot be used or has no such service
 *
 * @example
 * ```ts
 * const source = contractText('proto/greeter.proto', { service: 'demo.Greeter' });
 * ```
 */
export function contractText(file: string, options: ContractTextOptions = {}): string {
  const { includeDirs, service: wanted, keepCase = false } = options;
  const [given] = loadGiven([{ file, ...(includeDirs && { includeDirs }) }]);
  const services = servicesIn(given!.root).filter(({ fullName }) => !wanted || fullName === `.${wanted}`);
  if (services.length === 0)
    throw grpcError('PROTO_INVALID', `the file ${file} has no service${wanted ? ` '${wanted}'` : ''}`);
  return new Contract(keepCase).text(services);
}

function servicesIn(space: { readonly nestedArray: readonly object[] }): readonly Service[] {
  const { Service: ServiceClass } = reflection();
  return space.nestedArray.flatMap((each) =>
    each instanceof ServiceClass ? [each] : 'nestedArray' in each ? servicesIn(each as typeof space) : [],
  );
}

const SCALARS: Readonly<Record<string, readonly [spec: string, type: string]>> = {
  ...{ string: ['String', 'string'], bool: ['Boolean', 'boolean'], bytes: ['Buffer', 'Buffer'] },
  ...{ double: ['Number', 'number'], float: ['Number', 'number'] },
  ...{ Timestamp: ['Date', 'Date'], Duration: ['String', 'string'], Struct: ['Object', 'Record<string, unknown>'] },
  ...{ StringValue: ['String', 'string'], BytesValue: ['Buffer', 'Buffer'], BoolValue: ['Boolean', 'boolean'] },
  ...{ DoubleValue: ['Number', 'number'], FloatValue: ['Number', 'number'] },
};

/** How a field is declared. */
interface Declared {
  readonly spec: string | undefined;
  readonly type: string;
  readonly options: readonly string[];
}

class Contract {
  readonly #messages = new Map<Type, string>();
  /** What is written, what others are made of first: decorators look at the types of properties when a class is made. */
  readonly #texts: string[] = [];
  readonly #open = new Set<Type>();
  readonly #taken = new Set<string>();
  readonly #imports = new Set(['remote', 'Schema']);

  constructor(private readonly keepCase: boolean) {}

  text(services: readonly Service[]): string {
    for (const { name } of services) this.#taken.add(name);
    const calls = services.map((service) => this.#service(service));
    const fromCore = [...this.#imports].sort((left, right) => left.localeCompare(right));
    return [
      '// Made of a .proto by chassis client.',
      `import { ${fromCore.join(', ')} } from '@ts-chassis/core';`,
      "import { Rpc } from '@ts-chassis/grpc';",
      ...this.#texts.map((text) => `\n${text}`),
      ...calls.map((text) => `\n${text}`),
      '',
    ].join('\n');
  }

  #service(service: Service): string {
    const methods = service.methodsArray.map((method) => this.#method(service, method));
    return [
      `@Schema({ id: '${service.fullName.slice(1)}' })`,
      `export class ${service.name} {`,
      methods.join('\n\n'),
      '}',
    ].join('\n');
  }

  #method(service: Service, method: Method): string {
    const { requestStream, responseStream, resolvedRequestType, resolvedResponseType } = method;
    const name = method.name.slice(0, 1).toLowerCase() + method.name.slice(1);
    const request = this.#payload(resolvedRequestType!);
    const response = this.#payload(resolvedResponseType!);
    this.#imports.add('Returns');
    if (request) this.#imports.add('Arg');
    const sent = request && (requestStream ? `{ type: ${request}, stream: true }` : `{ type: ${request} }`);
    const given = request && (requestStream ? `AsyncIterable<${request}>` : request);
    const parameter = request ? `@Arg('request', ${sent}) _request: ${given}` : '';
    const result = responseStream ? `AsyncIterable<${response ?? 'object'}>` : `Promise<${response ?? 'void'}>`;
    const returns = response ? `@Returns(${response}${responseStream ? ', { stream: true }' : ''})` : '@Returns()';
    return [
      `  @Rpc({ service: '${service.fullName.slice(1)}', method: '${method.name}' })`,
      `  ${returns}`,
      `  ${name}(${parameter}): ${result} {`,
      '    return remote();',
      '  }',
    ].join('\n');
  }

  /** The class of a message; undefined for one without fields. */
  #payload(type: Type): string | undefined {
    return type.fieldsArray.length === 0 ? undefined : this.#nameOf(type);
  }

  #nameOf(type: Type): string {
    const known = this.#messages.get(type);
    if (known) return known;
    const wanted = pascal(type.name);
    let name = wanted;
    for (let number = 2; this.#taken.has(name); number++) name = `${wanted}${number}`;
    this.#taken.add(name);
    this.#messages.set(type, name);
    this.#open.add(type);
    this.#texts.push(this.#message(type, name));
    this.#open.delete(type);
    return name;
  }

  #message(type: Type, name: string): string {
    this.#imports.add('Field');
    const fields = type.fieldsArray.map((field) => this.#field(field));
    return [`export class ${name} {`, ...fields, '}'].join('\n');
  }

  #field(field: Field): string {
    field.resolve();
    const { spec, type, options } = this.#declared(field);
    if (spec?.includes('jsonSpec')) this.#imports.add('jsonSpec');
    const isMany = field.map || field.repeated;
    const isOptional =
      !isMany &&
      ((field as unknown as { readonly hasPresence: boolean }).hasPresence ||
        field.partOf !== null ||
        isMessage(field.resolvedType));
    const said = [
      ...(field.map
        ? [`map: ${spec ?? 'String'}`]
        : spec === undefined
          ? []
          : [`type: ${field.repeated ? `[${spec}]` : spec}`]),
      ...(field.map && spec === undefined ? [] : options),
      ...(isOptional ? ['optional: true'] : []),
    ];
    const name = this.keepCase ? field.name : camelCase(field.name);
    const full = field.map ? `Record<string, ${type}>` : field.repeated ? `${wrapped(type)}[]` : type;
    return `  @Field({ ${said.join(', ')} }) ${name}${isOptional ? '?' : '!'}: ${full};`;
  }

  #declared({ type, resolvedType, repeated }: Field): Declared {
    const { Enum: EnumClass } = reflection();
    if (resolvedType instanceof EnumClass) return enumDeclared(resolvedType, repeated);
    if (!resolvedType) return scalarDeclared(type);
    if (/^\.google\.protobuf\.(\w*Value|Struct|Timestamp|Duration)$/.test(resolvedType.fullName))
      return scalarDeclared(resolvedType.name);
    const name = this.#nameOf(resolvedType as Type);
    // a class that is not made yet has no value that a property's type could stand for
    const written = this.#open.has(resolvedType as Type) ? `Pick<${name}, keyof ${name}>` : name;
    return { spec: `() => ${name}`, type: written, options: [] };
  }
}

function scalarDeclared(name: string): Declared {
  const known = SCALARS[name];
  if (known) return { spec: known[0], type: known[1], options: [] };
  if (name === 'Value') return { spec: 'jsonSpec({})', type: 'unknown', options: [] };
  if (name === 'ListValue') return { spec: '[jsonSpec({})]', type: 'unknown[]', options: [] };
  if (/64/.test(name)) return { spec: 'BigInt', type: 'bigint', options: [] };
  return { spec: 'Number', type: 'number', options: ['integer: true'] };
}

function enumDeclared({ values }: Enum, isList: boolean): Declared {
  const names = Object.keys(values).map((name) => `'${name}'`);
  return { spec: isList ? 'String' : undefined, type: names.join(' | '), options: [`enum: [${names.join(', ')}]`] };
}

function isMessage(type: Type | Enum | null): boolean {
  return type !== null && 'fields' in type;
}

function wrapped(type: string): string {
  return type.includes('|') ? `(${type})` : type;
}
