import { Arg, Field, NotFound, Returns, Schema } from '@ts-chassis/core';

export class Forecast {
  @Field() city!: string;
  @Field() day!: Date;
  @Field() celsius!: number;
}

const CELSIUS: Readonly<Record<string, number>> = { Bergen: 8, Cairo: 31, Lima: 19 };
const DAY_MS = 86_400_000;

/** Nothing here says by which protocol it is called. */
@Schema({ id: 'weather' })
export class Weather {
  @Returns(Forecast)
  async tomorrow(@Arg('city', { maxLength: 40 }) city: string): Promise<Forecast> {
    return forecast(city, 1);
  }

  @Returns(Forecast, { stream: true })
  async *days(
    @Arg('city') city: string,
    @Arg('count', { integer: true, maximum: 100_000 }) count: number,
  ): AsyncIterable<Forecast> {
    for (let day = 1; day <= count; day += 1) yield forecast(city, day);
  }
}

function forecast(city: string, day: number): Forecast {
  const celsius = Object.hasOwn(CELSIUS, city) ? CELSIUS[city] : undefined;
  if (celsius === undefined) throw NotFound(`no weather in ${city}`);
  return { city, day: new Date(day * DAY_MS), celsius: celsius + (day % 5) };
}
