import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configDirectory } from '../config-directory.js';
import type { ConfigSource, Layer } from '../source.js';
import { commandLineSource } from './command-line-source.js';
import { environmentSource } from './environment-source.js';
import { memorySource } from './memory-source.js';
import { fillPlaceholders } from './placeholders.js';

async function valuesOf(source: ConfigSource): Promise<unknown> {
  return (await source.load()).values;
}

describe('the command line', () => {
  it('gives --key=value and -k=v and leaves the rest to the program', async () => {
    const argv = [
      '--shop.discount=5',
      '-k=v',
      '--x=1',
      '--flag',
      '',
      '--',
      '-',
      'word',
      '--empty=',
      '--a=b=c',
      '-ab=1',
    ];
    expect(await valuesOf(commandLineSource(argv))).toEqual({ 'shop.discount': '5', k: 'v', empty: '' });
  });

  it('takes the last of a flag given twice, and values of several lines', async () => {
    expect(await valuesOf(commandLineSource(['--ab=1', '--ab=two\nlines']))).toEqual({ ab: 'two\nlines' });
  });

  it('says which argument', async () => {
    const layer = await commandLineSource(['--shop.discount=5', '-k=v']).load();
    expect(layer.place('shop.discount')).toBe('argument --shop.discount');
    expect(layer.place('k')).toBe('argument -k');
  });
});

describe('the environment', () => {
  it('gives each variable under its name and with dots, and says which', async () => {
    const layer = await environmentSource({ shop_discount: '5', HOME: '/home/ann', gone: undefined }).load();
    expect(layer.values).toEqual({ shop_discount: '5', 'shop.discount': '5', HOME: '/home/ann' });
    expect(layer.place('shop.discount')).toBe('variable shop_discount');
    expect(layer.caseless).toBe(true);
  });

  it('leaves what Kubernetes adds for services under its own name', async () => {
    const variables = {
      SHOP_SERVICE_HOST: '10.0.0.1',
      SHOP_SERVICE_PORT: '80',
      SHOP_PORT: 'tcp://10.0.0.1:80',
      SHOP_PORT_80_TCP_ADDR: '10.0.0.1',
      SHOP_DISCOUNT: '5',
    };
    const values = (await valuesOf(environmentSource(variables))) as Record<string, unknown>;
    expect(values['SHOP.DISCOUNT']).toBe('5');
    expect(Object.keys(values).filter((key) => key.includes('.'))).toEqual(['SHOP.DISCOUNT']);
    expect(values['SHOP_PORT']).toBe('tcp://10.0.0.1:80');
  });
});

describe('memory', () => {
  it('replaces and removes whole branches', async () => {
    const memory = memorySource({ a: { b: 1, c: 2 } });
    const seen: unknown[] = [];
    const stop = memory.watch!((next) => seen.push((next as Layer).values));
    memory.set('a', { d: 3 });
    memory.set('a.d.e', 4);
    memory.delete('a');
    stop();
    memory.set('z', 1);
    expect(seen).toEqual([{ 'a.d': 3 }, { 'a.d.e': 4 }, {}]);
    expect(await valuesOf(memory)).toEqual({ z: 1 });
  });
});

describe('placeholders', () => {
  const environment = { NAME: 'Ann', EMPTY: '', A_1: 'x' };

  it.each([
    ['${NAME||nobody}', 'Ann'],
    ['${NONE||nobody}', 'nobody'],
    ['${EMPTY||nobody}', 'nobody'],
    ['${NONE||}', ''],
    ['${NAME^^||x}', 'ANN'],
    ['${NAME,,||x}', 'ann'],
    ['${NONE^^||Default}', 'Default'],
    ['http://${NAME||h}:${A_1||80}/', 'http://Ann:x/'],
    [' ${NAME||x} ', 'Ann'],
    ['${NAME}', '${NAME}'],
    [' plain ', ' plain '],
    ['${N||x}', '${N||x}'],
    ['${1A||x}', '${1A||x}'],
  ])('%s is %s', (text, expected) => {
    expect(fillPlaceholders(text, environment)).toBe(expected);
  });

  it('takes no longer for a long text without an end', () => {
    const text = '${NAME||'.repeat(5000);
    expect(fillPlaceholders(text, environment)).toBe(text);
  });
});

describe('the directory', () => {
  it('is the first of CHASSIS_CONF_DIR, conf in CHASSIS_HOME, conf', () => {
    const work = resolve('somewhere');
    expect(configDirectory({}, work)).toBe(join(work, 'conf'));
    expect(configDirectory({ CHASSIS_HOME: 'home' }, work)).toBe(join(work, 'home', 'conf'));
    expect(configDirectory({ CHASSIS_HOME: 'home', CHASSIS_CONF_DIR: 'other' }, work)).toBe(join(work, 'other'));
    expect(configDirectory({ CHASSIS_CONF_DIR: '' }, work)).toBe(join(work, 'conf'));
  });
});
