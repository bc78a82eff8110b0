import { defineSection } from '@ts-chassis/core';

/** What listeners of gRPC offer besides the application's own services: `servicecomb.grpc`. */
export interface GrpcValues {
  readonly health: boolean;
  readonly reflection: boolean;
}

/** The section of {@link GrpcValues}. */
export const GrpcSection = defineSection<GrpcValues>({
  key: 'servicecomb.grpc',
  live: false,
  description: 'What listeners of gRPC offer besides the services of the application.',
  schema: {
    'x-source': 'ts-chassis',
    'x-scope': 'protocol',
    type: 'object',
    properties: {
      health: {
        type: 'boolean',
        default: true,
        description: 'Whether `grpc.health.v1.Health` tells probes if requests are welcome.',
      },
      reflection: {
        type: 'boolean',
        default: true,
        description:
          'Whether tools such as grpcurl may ask for services and messages (`grpc.reflection.v1` and `v1alpha`).',
      },
    },
  },
});
