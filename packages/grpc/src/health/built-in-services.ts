import type { Clock, Operation, Readiness } from '@ts-chassis/core';
import type { GrpcValues } from '../grpc-section.js';
import { fileDescriptors } from '../proto/file-descriptors.js';
import type { BuiltInParts } from '../server/grpc-server-settings.js';
import type { BuiltInService } from '../server/built-in-service.js';
import { errorDetails } from './error-details.js';
import { HEALTH_PACKAGE, HealthService, healthTypes } from './health-service.js';
import { REFLECTION_PACKAGES, ReflectionService, reflectionTypes, type DescribedFile } from './reflection-service.js';

/** What health and reflection are made with. */
export interface BuiltInSources {
  readonly clock: Clock;
  readonly readiness: Readiness;
  readonly enabled: GrpcValues;
  fileDescriptors(operations: Iterable<Operation>): readonly DescribedFile[];
}

/** The services of the framework's own that a listener has. */
export function builtInServices(sources: BuiltInSources, { plans }: BuiltInParts): readonly BuiltInService[] {
  const { clock, readiness, enabled } = sources;
  const own = plans.flatMap(({ path, alias }) => (alias === undefined ? [path] : [path, alias])).map(serviceOf);
  const services: BuiltInService[] = [];
  if (enabled.health) services.push(new HealthService({ clock, readiness, services: [...new Set(own)] }));
  if (enabled.reflection) {
    const written = plans.map(({ path, alias = path }) => serviceOf(alias));
    const others = services.flatMap(({ methods }) => methods.map(({ plan }) => serviceOf(plan.path)));
    const reflections = REFLECTION_PACKAGES.map((name) => `${name}.ServerReflection`);
    services.push(
      new ReflectionService({
        services: [...new Set([...written, ...others, ...reflections])].sort(),
        // the last one of a name holds: a given file may say more
        files: () => [
          ...errorDetails(),
          ...sources.fileDescriptors(plans.map(({ operation }) => operation)),
          ...ownFiles(enabled),
        ],
      }),
    );
  }
  return services;
}

function ownFiles({ health }: GrpcValues): readonly DescribedFile[] {
  const files = REFLECTION_PACKAGES.flatMap((name) => describe(name, 'reflection'));
  return health ? [...describe(HEALTH_PACKAGE, 'health'), ...files] : files;
}

function describe(name: string, file: string): readonly DescribedFile[] {
  const root = name === HEALTH_PACKAGE ? healthTypes() : reflectionTypes(name);
  return fileDescriptors(root, { name: `${name.replaceAll('.', '/')}/${file}.proto`, folders: [] });
}

function serviceOf(path: string): string {
  return path.slice(1, path.lastIndexOf('/'));
}
