import { createApplication, Module } from '@ts-chassis/core';
import { rest, staticFiles } from '@ts-chassis/rest';
import { Documents } from './documents.js';
import { Settings } from './settings.js';

@Module({ schemas: [Documents, Settings] })
class SiteModule {}

const YEAR_MS = 365 * 24 * 3_600_000;

export const app = createApplication({
  modules: [SiteModule],
  plugins: [
    rest({ compression: true }),
    // the names of assets change with their content, pages are asked for again each time
    staticFiles({ path: '/assets', root: 'public/assets', maxAgeMs: YEAR_MS, immutable: true }),
    staticFiles({ path: '/', root: 'public', spa: true }),
  ],
});
if (require.main === module) void app.run();
