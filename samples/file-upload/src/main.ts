import { createApplication, Module } from '@ts-chassis/core';
import { rest } from '@ts-chassis/rest';
import { Covers } from './covers.js';
import { CoverStore } from './cover-store.js';

@Module({ schemas: [Covers], providers: [CoverStore] })
class CoversModule {}

export const app = createApplication({
  modules: [CoversModule],
  plugins: [rest({ uploads: { maxFileBytes: 5 * 1024 * 1024, maxFiles: 10 } })],
});
if (require.main === module) void app.run();
