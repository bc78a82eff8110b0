import { CommandError } from '../command-error.js';
import type { Project } from '../project/find-project.js';

/** What commands need of the gRPC package, whose copy is the project's. */
export interface GrpcPackage {
  contractText(
    file: string,
    options: { readonly includeDirs?: readonly string[]; readonly service?: string; readonly keepCase?: boolean },
  ): string;
  protoFiles(
    schemas: readonly unknown[],
    options: { readonly lock?: string; readonly acceptBreaking?: boolean; readonly skip?: readonly string[] },
  ): { readonly files: readonly { readonly name: string; readonly text: string }[]; readonly lock: string };
}

/** @throws CommandError when it is not installed */
export function grpcPackage(project: Project): GrpcPackage {
  try {
    return project.require('@ts-chassis/grpc') as GrpcPackage;
  } catch (cause) {
    throw new CommandError(`${project.folder} has no @ts-chassis/grpc; npm install @ts-chassis/grpc`, 1, { cause });
  }
}
