import { describe, expect, it } from 'vitest';
import type { Command } from '../command.js';
import { CommandError } from '../command-error.js';
import { helpOf, overview } from './help.js';
import { parse } from './parse.js';

const command: Command = {
  name: 'bake',
  alias: 'b',
  summary: 'Bakes bread',
  usage: '[loaf] [options]',
  most: 1,
  options: {
    flour: { type: 'string', choices: ['rye', 'wheat'], description: 'which' },
    seed: { type: 'string', short: 's', value: 'kind', multiple: true, description: 'on top' },
    salt: { type: 'boolean', negatable: true, description: 'with salt' },
  },
  run: () => Promise.resolve(0),
};

function refusal(...words: string[]): string {
  try {
    parse(command, words);
  } catch (error) {
    expect(error).toBeInstanceOf(CommandError);
    expect((error as CommandError).exitCode).toBe(2);
    return (error as Error).message;
  }
  throw new Error('expected a refusal');
}

describe('parse', () => {
  it('reads words, options in all spellings, and what is not its own', () => {
    expect(
      parse(command, ['big', '--flour=rye', '-s', 'poppy', '--seed', 'sesame', '--no-salt', '--', '--flour', 'x']),
    ).toEqual({
      positionals: ['big'],
      values: { flour: 'rye', seed: ['poppy', 'sesame'], salt: false },
      rest: ['--flour', 'x'],
    });
    expect(parse(command, ['--salt']).values).toEqual({ salt: true });
    expect(parse(command, []).values).toEqual({});
  });

  it('names the nearest option or choice', () => {
    expect(refusal('--flor', 'rye')).toContain('unknown option --flor; did you mean --flour?');
    expect(refusal('--no-slat')).toContain('did you mean --no-salt?');
    expect(refusal('--no-flour')).toContain('unknown option --no-flour');
    expect(refusal('-x')).toMatch(/unknown option -x\n/);
    expect(refusal('--flour', 'whaet')).toContain('expected rye, wheat, got "whaet"; did you mean wheat?');
  });

  it('says what is missing and what is too much', () => {
    expect(refusal('--flour')).toContain('--flour: expected a value');
    expect(refusal('--seed=')).toContain('--seed: expected kind');
    expect(refusal('--salt=much')).toContain('--salt: expected no value, got "much"');
    expect(refusal('one', 'two')).toContain('expected at most one word behind it, got "one" "two"');
  });

  it('takes names that every object has for unknown', () => {
    expect(refusal('--constructor')).toContain('unknown option --constructor');
    expect(refusal('--__proto__=1')).toContain('unknown option --__proto__');
  });
});

describe('help', () => {
  it('lists every option with its choices', () => {
    const text = helpOf(command);
    expect(text).toContain('chassis bake [loaf] [options]');
    expect(text).toMatch(/--flour <value> +which \(rye, wheat\)/);
    expect(text).toMatch(/-s, --seed <kind> +on top \(may be given several times\)/);
    expect(text).toContain('--[no-]salt');
    expect(text).toContain('--help');
  });

  it('lists every command that is not hidden', () => {
    const text = overview([command, { ...command, name: 'secret', hidden: true }], '1.2.3');
    expect(text).toMatch(/bake, b {2}Bakes bread/);
    expect(text).not.toContain('secret');
    expect(text).toContain('1.2.3');
  });
});
