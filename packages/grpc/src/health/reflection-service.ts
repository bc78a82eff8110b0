import { isStream } from '@ts-chassis/core';
import type { Root } from 'protobufjs/light';
import { CODE_OF_KIND } from '../status.js';
import { builtInMethod, typesOf } from '../server/built-in-method.js';
import type { BuiltInMethod, BuiltInService } from '../server/built-in-service.js';

/** A file as it is described. */
export interface DescribedFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly dependencies: readonly string[];
  readonly symbols: readonly string[];
}

/** What reflection tells of. */
export interface ReflectionParts {
  /** Full names of all services of the listener. */
  readonly services: readonly string[];
  /** Made when first asked for: most servers never are. */
  files(): readonly DescribedFile[];
}

interface Asked {
  readonly host: string;
  readonly fileByFilename?: string;
  readonly fileContainingSymbol?: string;
  readonly fileContainingExtension?: object;
  readonly allExtensionNumbersOfType?: string;
  readonly listServices?: string;
}

export const REFLECTION_PACKAGES = ['grpc.reflection.v1', 'grpc.reflection.v1alpha'] as const;

const text = (id: number): object => ({ type: 'string', id });

/** grpc/reflection/v1/reflection.proto, which is the same in v1alpha. */
export function reflectionTypes(name: string): Root {
  return typesOf(name, {
    ServerReflectionRequest: {
      oneofs: {
        messageRequest: {
          oneof: [
            'fileByFilename',
            'fileContainingSymbol',
            'fileContainingExtension',
            'allExtensionNumbersOfType',
            'listServices',
          ],
        },
      },
      fields: {
        ...{ host: text(1), fileByFilename: text(3), fileContainingSymbol: text(4) },
        fileContainingExtension: { type: 'ExtensionRequest', id: 5 },
        ...{ allExtensionNumbersOfType: text(6), listServices: text(7) },
      },
    },
    ExtensionRequest: { fields: { containingType: text(1), extensionNumber: { type: 'int32', id: 2 } } },
    ServerReflectionResponse: {
      oneofs: {
        messageResponse: {
          oneof: ['fileDescriptorResponse', 'allExtensionNumbersResponse', 'listServicesResponse', 'errorResponse'],
        },
      },
      fields: {
        validHost: text(1),
        originalRequest: { type: 'ServerReflectionRequest', id: 2 },
        fileDescriptorResponse: { type: 'FileDescriptorResponse', id: 4 },
        allExtensionNumbersResponse: { type: 'ExtensionNumberResponse', id: 5 },
        listServicesResponse: { type: 'ListServiceResponse', id: 6 },
        errorResponse: { type: 'ErrorResponse', id: 7 },
      },
    },
    FileDescriptorResponse: { fields: { fileDescriptorProto: { rule: 'repeated', type: 'bytes', id: 1 } } },
    ExtensionNumberResponse: {
      fields: { baseTypeName: text(1), extensionNumber: { rule: 'repeated', type: 'int32', id: 2 } },
    },
    ListServiceResponse: { fields: { service: { rule: 'repeated', type: 'ServiceResponse', id: 1 } } },
    ServiceResponse: { fields: { name: text(1) } },
    ErrorResponse: { fields: { errorCode: { type: 'int32', id: 1 }, errorMessage: text(2) } },
    ServerReflection: {
      methods: {
        ServerReflectionInfo: {
          ...{ requestType: 'ServerReflectionRequest', requestStream: true },
          ...{ responseType: 'ServerReflectionResponse', responseStream: true },
        },
      },
    },
  });
}

/** Server reflection, in both of its versions: what tools such as grpcurl ask to call without a `.proto`. */
export class ReflectionService implements BuiltInService {
  readonly methods: readonly BuiltInMethod[];
  #byName: ReadonlyMap<string, DescribedFile> | undefined;
  #bySymbol = new Map<string, DescribedFile>();

  constructor(private readonly parts: ReflectionParts) {
    this.methods = REFLECTION_PACKAGES.map((name) => {
      const types = reflectionTypes(name);
      return builtInMethod({
        ...{ service: `${name}.ServerReflection`, method: 'ServerReflectionInfo' },
        request: types.lookupType(`${name}.ServerReflectionRequest`),
        response: types.lookupType(`${name}.ServerReflectionResponse`),
        ...{ requestStream: true, responseStream: true },
        run: (asked) => this.#answers(asked),
      });
    });
  }

  /** Its streams end when the client ends them, which it does after its last question. */
  stop(): void {
    this.#byName = undefined;
    this.#bySymbol.clear();
  }

  async *#answers(asked: unknown): AsyncGenerator<object> {
    if (!isStream(asked)) return;
    for await (const each of asked) {
      const originalRequest = each as Asked;
      yield { validHost: originalRequest.host, originalRequest, ...this.#answer(originalRequest) };
    }
  }

  #answer(asked: Asked): object {
    if (asked.listServices !== undefined) {
      return { listServicesResponse: { service: this.parts.services.map((name) => ({ name })) } };
    }
    if (asked.fileByFilename !== undefined) return this.#withAll(this.#files().get(asked.fileByFilename), 'file');
    if (asked.fileContainingSymbol !== undefined) {
      this.#files();
      return this.#withAll(this.#bySymbol.get(asked.fileContainingSymbol.replace(/^\./, '')), 'symbol');
    }
    return notFound('extensions are not served');
  }

  /** A file and all that it needs, so that a tool need not ask once more. */
  #withAll(file: DescribedFile | undefined, what: string): object {
    if (!file) return notFound(`there is no such ${what} here`);
    const found = new Set([file]);
    for (const { dependencies } of found) {
      for (const name of dependencies) {
        const needed = this.#files().get(name);
        if (needed) found.add(needed);
      }
    }
    return { fileDescriptorResponse: { fileDescriptorProto: [...found].map(({ bytes }) => bytes) } };
  }

  #files(): ReadonlyMap<string, DescribedFile> {
    if (this.#byName) return this.#byName;
    const files = this.parts.files();
    for (const file of files) for (const symbol of file.symbols) this.#bySymbol.set(symbol, file);
    return (this.#byName = new Map(files.map((file) => [file.name, file])));
  }
}

function notFound(errorMessage: string): object {
  return { errorResponse: { errorCode: CODE_OF_KIND.NOT_FOUND, errorMessage } };
}
