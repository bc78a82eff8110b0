import type { Root, Service } from 'protobufjs';
import { dirname, resolve } from 'node:path';
import { grpcError } from '../codes.js';
import type { GivenProto, ProtoLoaderOptions } from './protos-options.js';

/** A `.proto` file that was read, with all that it imports. */
export interface GivenFile {
  readonly file: string;
  readonly root: Root;
  readonly folders: readonly string[];
  readonly loader: ProtoLoaderOptions;
}

/** A service of a given file. */
export interface GivenService {
  readonly from: GivenFile;
  readonly service: Service;
}

type Loader = typeof import('@grpc/proto-loader/build/src/util.js');

/**
 * Reads given files; names of fields stay as they are written until a class is matched with them.
 *
 * @throws ChassisError `PROTO_INVALID` that names file and line
 */
export function loadGiven(protos: readonly GivenProto[]): readonly GivenFile[] {
  return protos.map(({ file, includeDirs, loader = {} }) => {
    const folders = includeDirs ?? [dirname(resolve(file)), process.cwd()];
    return { file, folders, loader, root: load(includeDirs ? file : resolve(file), folders) };
  });
}

/** The service of a name in given files. */
export function givenService(files: readonly GivenFile[], name: string): GivenService | undefined {
  for (const from of files) {
    const found = from.root.lookup(name.split('.'));
    if (found && 'methods' in found) return { from, service: found as Service };
  }
  return undefined;
}

function load(file: string, folders: readonly string[]): Root {
  const { addCommonProtos, loadProtosWithOptionsSync } = require('@grpc/proto-loader/build/src/util.js') as Loader;
  addCommonProtos();
  try {
    return loadProtosWithOptionsSync(file, { includeDirs: [...folders], keepCase: true });
  } catch (cause) {
    throw grpcError('PROTO_INVALID', `the file ${file} cannot be used: ${placed((cause as Error).message)}`, { cause });
  }
}

/** protobufjs puts the place last: `illegal token '}' (a.proto, line 3)`. */
function placed(message: string): string {
  const match = /^([\s\S]*) \((?:(.+), )?line (\d+)\)$/.exec(message);
  return match ? `${match[2] ?? 'line'}:${match[3]}: ${match[1]}` : message;
}
