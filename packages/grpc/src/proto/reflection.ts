import type * as Protobuf from 'protobufjs';

/** What protobufjs knows of types, with the type that describes files. */
export type Reflection = typeof Protobuf & {
  readonly descriptors: { readonly FileDescriptorProto: Protobuf.Type };
};

let loaded: Reflection | undefined;

/** The whole of protobufjs, with its parser: loaded for given files and for descriptions only. */
export function reflection(): Reflection {
  if (loaded) return loaded;
  const protobuf = require('protobufjs') as typeof Protobuf;
  const json = require('protobufjs/google/protobuf/descriptor.json') as Protobuf.INamespace;
  const FileDescriptorProto = protobuf.Root.fromJSON(json).lookupType('google.protobuf.FileDescriptorProto');
  return (loaded = Object.assign(Object.create(protobuf) as typeof Protobuf, { descriptors: { FileDescriptorProto } }));
}
