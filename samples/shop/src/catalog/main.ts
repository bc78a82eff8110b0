import { createApplication, Module } from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { grpc } from '@ts-chassis/grpc';
import { prometheus } from '@ts-chassis/metrics';
import { rest, swaggerUi } from '@ts-chassis/rest';
import { jaeger, tracing, zipkin } from '@ts-chassis/tracing';
import { AuditHandler } from '../audit/audit-handler.js';
import { tellLauncher } from '../launch/tell-launcher.js';
import { BookStore } from './book-store.js';
import { CatalogService } from './catalog-service.js';

@Module({ schemas: [CatalogService], providers: [BookStore], handlers: [AuditHandler] })
class CatalogModule {}

export const app = createApplication({
  modules: [CatalogModule],
  plugins: [rest(), grpc(), governance(), swaggerUi(), prometheus(), tracing(zipkin(), jaeger())],
});
if (require.main === module) void app.run().then(() => tellLauncher(app));
