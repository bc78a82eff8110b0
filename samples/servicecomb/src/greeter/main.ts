import { createApplication } from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { rest } from '@ts-chassis/rest';
import { serviceCenter } from '@ts-chassis/servicecomb';
import { join } from 'node:path';
import { GreeterModule } from './greeter.js';

export const app = createApplication({
  modules: [GreeterModule],
  plugins: [rest(), governance(), serviceCenter()],
  configuration: { directory: join(__dirname, '../../conf/greeter') },
});

if (require.main === module) void app.run();
