import { createApplication, Injectable, Module, Remote, type Client } from '@ts-chassis/core';
import { governance } from '@ts-chassis/governance';
import { messagePack } from './message-pack.js';
import { talk } from './talk/plugin.js';
import { Weather } from './weather.js';

@Injectable()
class Traveller {
  @Remote(Weather, { service: 'weather' }) private readonly weather!: Client<Weather>;

  async ask(city: string): Promise<void> {
    console.log(await this.weather.tomorrow(city));
    for await (const { day, celsius } of this.weather.days(city, 3))
      console.log(day.toISOString().slice(0, 10), celsius);
  }
}

@Module({ providers: [Traveller] })
class TravellerModule {}

/** Finds the service by the local registry, asks it over `talk`, and stops. */
async function ask(city: string): Promise<void> {
  const app = createApplication({
    name: 'traveller',
    modules: [TravellerModule],
    plugins: [talk(), messagePack(), governance()],
    configuration: { directory: false, commandLine: false, values: { 'servicecomb.service.name': 'traveller' } },
  });
  await app.start();
  try {
    await app.get(Traveller).ask(city);
  } finally {
    await app.stop();
  }
}

ask(process.argv[2] ?? 'Bergen').catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
