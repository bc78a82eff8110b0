import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.js';
import { ChassisError } from '../errors/chassis-error.js';
import { createLogger, type LoggerOptions } from './create-logger.js';
import type { Logger, LogLevel } from './logger.js';

function logging(options: Partial<LoggerOptions> = {}): {
  logger: Logger;
  lines: string[];
  last(): Record<string, unknown>;
} {
  const lines: string[] = [];
  const logger = createLogger({ clock: new VirtualClock(0), write: (line) => void lines.push(line), ...options });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') as Record<string, unknown> };
}

describe('createLogger, as JSON', () => {
  it('writes one object a line', () => {
    const { logger, lines } = logging();
    logger.info('up', { port: 8101 });
    expect(lines).toEqual(['{"time":"1970-01-01T00:00:00.000Z","level":"info","message":"up","port":8101}']);
  });

  it('follows the level while it changes', () => {
    let level: LogLevel = 'warn';
    const { logger, lines } = logging({ level: () => level });
    logger.debug('1');
    logger.info('2');
    logger.warn('3');
    logger.error('4');
    level = 'debug';
    logger.debug('5');
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['3', '4', '5']);
  });

  it('adds correlation, then the fields of a child, then those of the call; later ones win', () => {
    const { logger, last } = logging({ fields: () => ({ trace: 't', who: 'correlation' }) });
    logger.child({ service: 'catalog', who: 'child' }).child({ schema: 'books' }).info('m', { who: 'call' });
    expect(last()).toMatchObject({ trace: 't', service: 'catalog', schema: 'books', who: 'call' });
    logger.info('m');
    expect(last()).not.toHaveProperty('service');
  });

  it('lets no field pose as time, level or message', () => {
    const { logger, last } = logging();
    logger.info('real', { message: 'forged', level: 'error', time: 'never' });
    expect(last()).toMatchObject({
      level: 'info',
      message: 'real',
      'fields.message': 'forged',
      'fields.level': 'error',
      'fields.time': 'never',
    });
  });

  it('writes errors with code, kind, stack and causes', () => {
    const { logger, last } = logging();
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    logger.error('lost', { error: new ChassisError('UNAVAILABLE', 'down', { code: 'CALL_FAILED', cause }) });
    const { error } = last() as { error: { stack: string } };
    expect(error).toMatchObject({
      message: 'down',
      kind: 'UNAVAILABLE',
      code: 'CALL_FAILED',
      cause: { message: 'refused', code: 'ECONNREFUSED' },
    });
    expect(error.stack).toContain('create-logger.test');
  });

  it('redacts fields, messages and child fields', () => {
    const { logger, lines } = logging();
    logger.child({ headers: { authorization: 'hunter2' } }).info('with Bearer hunter2', { url: 'http://a:hunter2@b' });
    expect(lines[0]).not.toContain('hunter2');
  });

  it('lets nothing forge a line or command a terminal', () => {
    const { logger, lines, last } = logging();
    const text = 'a\nb\r\u2028c\u0085d\u001b[2Je\u009b2Jf\u202eg';
    logger.info(text, { [text]: text });
    // oxlint-disable-next-line no-control-regex
    expect(lines[0]).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
    expect(last()).toMatchObject({ message: text, [text]: text });
  });

  it('bounds texts, messages and whole lines', () => {
    const { logger, lines, last } = logging();
    logger.info('m'.repeat(1e6), { text: 'x'.repeat(1e6) });
    expect(lines[0]!.length).toBeLessThan(40_000);
    logger.info('wide', { list: Array.from({ length: 900 }, () => 'x'.repeat(10_000)) });
    expect(lines[1]!.length).toBeLessThan(1000);
    expect(last()).toMatchObject({
      message: 'wide',
      fieldsLeftOut: expect.stringMatching(/^\d{7} characters$/) as string,
    });
  });

  it('writes what JSON cannot', () => {
    const { logger, last } = logging();
    const loop: Record<string, unknown> = { big: 1n };
    loop['self'] = loop;
    logger.info('odd', {
      loop,
      get bad(): never {
        throw new Error('no');
      },
    });
    expect(last()).toMatchObject({ message: 'odd', loop: { big: '1', self: '[circular]' }, bad: '[unreadable]' });
  });

  it('takes what callers without types pass', () => {
    const { logger, lines } = logging();
    for (const message of [undefined, null, 1n, { a: 1 }, Symbol('s')]) logger.info(message as never, null as never);
    logger.info('error as fields', new Error('direct') as never);
    expect(lines).toHaveLength(6);
    expect(lines[5]).toContain('direct');
  });

  it('never throws, and counts what was lost', () => {
    let mode: 'throw' | 'refuse' | 'take' = 'throw';
    const lines: string[] = [];
    const { logger } = logging({
      write(line) {
        if (mode === 'throw') throw new Error('full');
        return mode === 'take' && lines.push(line) > 0;
      },
      fields: () => {
        throw new Error('no correlation');
      },
    });
    logger.info('1');
    mode = 'refuse';
    logger.info('2');
    mode = 'take';
    logger.info('3');
    logger.info('4');
    expect(JSON.parse(lines[0]!)).toMatchObject({ message: '3', lostLines: 2 });
    expect(JSON.parse(lines[1]!)).not.toHaveProperty('lostLines');
  });
});

describe('createLogger, pretty', () => {
  it('writes time of day, level, message and fields', () => {
    const { logger, lines } = logging({ pretty: true, colour: false });
    logger.warn('slow', { ms: 12, path: '/a b', who: 'ann', nested: { a: [1] } });
    expect(lines).toEqual(['00:00:00.000 warn  slow ms=12 path="/a b" who=ann nested={"a":[1]}']);
  });

  it('follows a style that changes', () => {
    let pretty = false;
    const { logger, lines } = logging({ pretty: () => pretty, colour: false });
    logger.info('one');
    pretty = true;
    logger.info('two');
    expect([lines[0]?.[0], lines[1]]).toEqual(['{', '00:00:00.000 info  two']);
  });

  it('colours by level', () => {
    const { logger, lines } = logging({ pretty: true });
    logger.error('no');
    expect(lines[0]).toContain('\u001b[31merror\u001b[0m');
  });

  it('shows the stacks of an error and its causes below the line, indented', () => {
    const { logger, lines } = logging({ pretty: true, colour: false });
    const error = new Error('outer\nforged info line', { cause: Object.assign(new Error('inner'), { code: 'E1' }) });
    logger.error('lost', { error });
    const [head, ...below] = lines[0]!.split('\n');
    expect(head).toMatch(/^00:00:00\.000 error lost error=\{/);
    expect(head).toContain('"code":"E1"');
    expect(below.length).toBeGreaterThan(4);
    expect(below.every((line) => line.startsWith('    '))).toBe(true);
    expect(below.join('\n')).toContain('Error: inner');
  });

  it('lets no text forge a line or a colour', () => {
    const { logger, lines } = logging({ pretty: true, colour: false });
    logger.info('a\nb', { 'x\ny': '\u001b[31mred\n' });
    expect(lines[0]!.split('\n')).toHaveLength(1);
    expect(lines[0]).not.toContain('\u001b');
  });
});
