import { auth } from '@ts-chassis/auth';
import { createApplication, Module } from '@ts-chassis/core';
import { rest } from '@ts-chassis/rest';
import { Wine } from './wine.js';

@Module({ schemas: [Wine] })
class CellarModule {}

export const app = createApplication({ modules: [CellarModule], plugins: [rest(), auth({ realm: 'cellar' })] });
if (require.main === module) void app.run();
