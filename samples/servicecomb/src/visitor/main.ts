import { createApplication } from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { rest } from '@ts-chassis/rest';
import { serviceCenter } from '@ts-chassis/servicecomb';
import { join } from 'node:path';
import { VisitorModule } from './visitor.js';

export const app = createApplication({
  modules: [VisitorModule],
  plugins: [rest(), governance(), serviceCenter()],
  configuration: { directory: join(__dirname, '../../conf/visitor') },
});

if (require.main === module) void app.run();
