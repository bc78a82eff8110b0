import { createApplication, Module } from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { messagePack } from './message-pack.js';
import { talk } from './talk/plugin.js';
import { Weather } from './weather.js';

@Module({ schemas: [Weather] })
class WeatherModule {}

export const app = createApplication({
  modules: [WeatherModule],
  plugins: [talk(), messagePack(), governance()],
});
if (require.main === module) void app.run();
