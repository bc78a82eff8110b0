import { createApplication, Module } from '@ts-chassis/core';
import { rest } from '@ts-chassis/rest';
import { Safe } from './safe.js';

@Module({ schemas: [Safe] })
class SafeModule {}

export const app = createApplication({ modules: [SafeModule], plugins: [rest()] });
if (require.main === module) void app.run();
