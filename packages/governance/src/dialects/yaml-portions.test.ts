import fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { readingYaml, type PortionedYaml } from './yaml-portions.js';
import { fromYamlText } from './yaml-text.js';

function read(text: unknown): PortionedYaml & { readonly steps: number } {
  const steps = readingYaml(text);
  for (let count = 0; ; count += 1) {
    const step = steps.next();
    if (step.done) return { ...step.value, steps: count };
  }
}

const item = (at: number): string => `- name: rule ${at}\n  version: ${at}.0\n`;
const many = Array.from({ length: 1000 }, (_, at) => item(at)).join('');

describe('a list of YAML that is read bit by bit', () => {
  it('is the same as read at once, whatever stands in it', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[-#&*|>: \n'"a]{0,40}$/),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    // as the name of a field it merges another map into this one
    const name = fc.string().filter((text) => text !== '<<');
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('tree'), { maxLength: 5 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
      ),
    }));
    const form = fc.record({ indent: fc.constantFrom('', '  '), comment: fc.constantFrom('', '# list\n\n') });
    fc.assert(
      fc.property(fc.array(tree, { minLength: 60, maxLength: 120 }), form, (list, { indent, comment }) => {
        const text = comment + stringify(list, { aliasDuplicateObjects: false }).replace(/^(?=.)/gm, indent);
        const { value } = read(text);
        expect(value).toEqual(fromYamlText(text));
      }),
      { numRuns: 60 },
    );
  });

  it('lets other work go between', () => {
    expect(read(many).steps).toBeGreaterThan(10);
    expect(read('- a\n- b\n').steps).toBe(0);
  });

  it('tells where each bit stands', () => {
    const { value, portions } = read(`# first\n${many}`);
    const lines = `# first\n${many}`.split('\n');
    for (const { text, line, first } of portions) {
      expect(lines.slice(line).join('\n').startsWith(text)).toBe(true);
      expect(value).toHaveProperty([first, 'name'], /rule \d+/.exec(text)![0]);
    }
  });

  it.each([
    ['what another bit names', `- &first {a: 1}\n${many}- *first\n`],
    ['what is no list', `a: 1\nc:\n${many.replace(/^(?=.)/gm, '  ')}`],
    ['text of several lines', `- |\n  a\n  - b\n${many}- "a\n  - b"\n`],
    ['ends of lines of another system', many.replaceAll('\n', '\r\n')],
  ])('may hold %s', (_what, text) => {
    expect(read(text).value).toEqual(fromYamlText(text));
  });

  it.each([
    ['in an item', `${many}- [\n`],
    ['between items', `${many}b: 1\n`],
    ['of two documents', `${many}---\n${many}`],
    ['in a text over items', `- "a\n${many}- b"\n`],
  ])('tells the line of what is wrong %s as reading it at once does', (_what, text) => {
    const failing = (run: () => unknown): unknown => {
      try {
        return run();
      } catch (error) {
        return { message: (error as Error).message, line: (error as { line: number }).line };
      }
    };
    const expected = failing(() => fromYamlText(text));
    expect(failing(() => read(text).value)).toEqual(expected);
    expect(expected).toHaveProperty('line');
  });
});
