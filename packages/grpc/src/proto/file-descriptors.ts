import type { Enum, Field, MapField, Namespace, ReflectionObject, Root, Service, Type } from 'protobufjs';
import { basename, relative, resolve } from 'node:path';
import { DESCRIPTOR_TYPES } from './descriptor-types.js';
import { WELL_KNOWN_FILES } from './proto-text.js';
import { reflection } from './reflection.js';

/** A file as reflection describes it. */
export interface FileDescriptor {
  /** As others import it. */
  readonly name: string;
  /** A serialized `FileDescriptorProto`. */
  readonly bytes: Buffer;
  /** The files it needs. */
  readonly dependencies: readonly string[];
  /** Full names of the services, methods, messages, enums and extensions in it. */
  readonly symbols: readonly string[];
}

/** How files are called. */
export interface FileNaming {
  readonly name: string;
  readonly folders: readonly string[];
}

/**
 * The files of parsed protobuf, each with what it declares. Made here, since protobufjs itself leaves out imports, names the entries of maps
 * in its own way and drops `optional`, which other reflection clients refuse.
 *
 * @param naming - `name` of a file that has none of its own, as a derived one; `folders` from which the others are imported
 */
export function fileDescriptors(root: Root, naming: FileNaming): readonly FileDescriptor[] {
  const files = new Map<string, FileDraft>();
  collect(root, (object) => {
    const file = fileOf(object, naming);
    let draft = files.get(file);
    if (!draft) files.set(file, (draft = new FileDraft(file, object, naming)));
    draft.add(object);
  });
  return [...files.values()].map((draft) => draft.finish());
}

function collect(space: Namespace, found: (object: Type | Enum | Service) => void): void {
  const { Enum: EnumClass, Service: ServiceClass, Type: TypeClass } = reflection();
  for (const object of space.nestedArray) {
    if (object instanceof TypeClass || object instanceof EnumClass || object instanceof ServiceClass) found(object);
    else if ('nestedArray' in object) collect(object as Namespace, found);
  }
}

/** protobufjs knows no file of what it has built in. */
function fileOf(object: ReflectionObject, { name, folders }: FileNaming): string {
  const known = WELL_KNOWN_FILES[nameOf(outermost(object))];
  return known ?? (object.filename ? importName(object.filename, folders) : name);
}

/** As others import it: from the first folder it is in. */
function importName(file: string, folders: readonly string[]): string {
  const paths = folders.map((folder) => relative(folder, resolve(file))).filter((path) => !path.startsWith('..'));
  return (paths[0] ?? basename(file)).replaceAll('\\', '/');
}

function outermost(object: ReflectionObject): ReflectionObject {
  const { Type: TypeClass } = reflection();
  return object.parent instanceof TypeClass ? outermost(object.parent) : object;
}

function nameOf(object: ReflectionObject): string {
  return object.fullName.replace(/^\./, '');
}

type Plain = Record<string, unknown>;

class FileDraft {
  readonly #symbols: string[] = [];
  readonly #dependencies = new Set<string>();
  readonly #file: { messageType: Plain[]; enumType: Plain[]; service: Plain[] } & Plain;

  constructor(
    private readonly name: string,
    first: ReflectionObject,
    private readonly naming: FileNaming,
  ) {
    const owner = first.parent && nameOf(first.parent);
    const syntax = (first as unknown as { readonly _edition?: string })._edition ?? 'proto3';
    this.#file = {
      ...{ name, messageType: [], enumType: [], service: [] },
      ...(owner && { package: owner }),
      ...(syntax !== 'proto2' && { syntax: 'proto3' }),
    };
  }

  add(object: Type | Enum | Service): void {
    const { Enum: EnumClass, Service: ServiceClass } = reflection();
    if (object instanceof EnumClass) this.#file.enumType.push(this.#enum(object));
    else if (object instanceof ServiceClass) this.#file.service.push(this.#service(object));
    else this.#file.messageType.push(this.#message(object));
  }

  finish(): FileDescriptor {
    const dependencies = [...this.#dependencies].filter((file) => file !== this.name).sort();
    const type = reflection().descriptors.FileDescriptorProto;
    const bytes = Buffer.from(type.encode(type.fromObject({ ...this.#file, dependency: dependencies })).finish());
    return { name: this.name, bytes, dependencies, symbols: this.#symbols };
  }

  #message(type: Type): Plain {
    const { Enum: EnumClass, Type: TypeClass } = reflection();
    this.#symbols.push(nameOf(type));
    const real = type.oneofsArray.filter((oneof) => !oneof.isProto3Optional);
    const synthetic = type.oneofsArray.filter((oneof) => oneof.isProto3Optional);
    const oneofs = [...real, ...synthetic];
    const nested = type.nestedArray;
    const entries = type.fieldsArray
      .filter((field) => field.map)
      .map((field) => this.#entry(field as unknown as MapField));
    return {
      name: type.name,
      field: type.fieldsArray.map((field) => this.#field(field, field.partOf ? oneofs.indexOf(field.partOf) : -1)),
      nestedType: [
        ...nested.filter((each): each is Type => each instanceof TypeClass).map((each) => this.#message(each)),
        ...entries,
      ],
      enumType: nested.filter((each): each is Enum => each instanceof EnumClass).map((each) => this.#enum(each)),
      oneofDecl: oneofs.map(({ name }) => ({ name })),
      ...reservedOf(type),
    };
  }

  #field(field: Field, oneof: number): Plain {
    const { name, id: number, options } = field;
    if (field.map) {
      const typeName = `.${nameOf(field.parent!)}.${entryName(name)}`;
      return { name, number, label: 3, type: 11, typeName, jsonName: jsonName(name) };
    }
    const label = field.repeated ? 3 : field.required ? 2 : 1;
    const isOptional = field.partOf?.isProto3Optional ?? false;
    const packed = options?.['packed'];
    return {
      ...{ name, number, label, jsonName: jsonName(name), ...this.#type(field) },
      ...(oneof >= 0 && { oneofIndex: oneof }),
      ...(isOptional && { proto3Optional: true }),
      ...(packed !== undefined && { options: { packed: packed === true } }),
      ...(options?.['default'] !== undefined && { defaultValue: String(options['default']) }),
    };
  }

  #type({ type, resolvedType }: Pick<Field, 'type' | 'resolvedType'>): Plain {
    if (!resolvedType) return { type: DESCRIPTOR_TYPES[type] };
    const { Enum: EnumClass } = reflection();
    this.#dependencies.add(fileOf(outermost(resolvedType), this.naming));
    return { type: resolvedType instanceof EnumClass ? 14 : 11, typeName: `.${nameOf(resolvedType)}` };
  }

  #entry(field: MapField): Plain {
    return {
      name: entryName(field.name),
      field: [
        { name: 'key', number: 1, label: 1, type: DESCRIPTOR_TYPES[field.keyType], jsonName: 'key' },
        { name: 'value', number: 2, label: 1, jsonName: 'value', ...this.#type(field) },
      ],
      options: { mapEntry: true },
    };
  }

  #enum(type: Enum): Plain {
    this.#symbols.push(nameOf(type));
    const value = Object.entries(type.values).map(([name, number]) => ({ name, number }));
    return { name: type.name, value, ...(type.options?.['allow_alias'] === true && { options: { allowAlias: true } }) };
  }

  #service(service: Service): Plain {
    this.#symbols.push(nameOf(service));
    return {
      name: service.name,
      method: service.methodsArray.map((method) => {
        this.#symbols.push(nameOf(method));
        return {
          name: method.name,
          inputType: this.#reference(method.resolvedRequestType!),
          outputType: this.#reference(method.resolvedResponseType!),
          ...(method.requestStream && { clientStreaming: true }),
          ...(method.responseStream && { serverStreaming: true }),
        };
      }),
    };
  }

  #reference(type: Type): string {
    this.#dependencies.add(fileOf(outermost(type), this.naming));
    return `.${nameOf(type)}`;
  }
}

function reservedOf({ reserved = [] }: Type): Plain {
  const ranges = reserved.filter((each): each is number[] => Array.isArray(each));
  return {
    reservedRange: ranges.map(([start, end]) => ({ start, end: Math.min(end! + 1, 536_870_912) })),
    reservedName: reserved.filter((each) => typeof each === 'string'),
  };
}

/** As protoc names the message of a map's entries: `stock_by_city` has `StockByCityEntry`. */
function entryName(field: string): string {
  const joined = field.replace(/(^|_+)([A-Za-z0-9])?/g, (_all, _gap, letter: string | undefined) =>
    (letter ?? '').toUpperCase(),
  );
  return `${joined}Entry`;
}

/** As protoc makes names for JSON: underscores go, what follows one is upper case. */
function jsonName(field: string): string {
  return field.replace(/_([a-zA-Z0-9])?/g, (_all, letter: string | undefined) => (letter ?? '').toUpperCase());
}
