import { describe, expect, it } from 'vitest';
import { defineSection, type Section, type SectionFault } from './section.js';
import { Given, made, Shop } from './store.fixture.js';

/** Rules as text: `name>5`. */
interface Rules {
  readonly over: ReadonlyMap<string, number>;
}

function rules(read: Section<Rules>['read'], key = 'rules'): Section<Rules> {
  return defineSection<Rules>({
    key,
    live: true,
    schema: { type: 'object', additionalProperties: { type: 'string' } },
    ...(read && { read }),
  });
}

type Refuse = (fault: SectionFault) => void;

function compiled(values: Readonly<Record<string, string>>, key: string, refuse: Refuse): Rules {
  const over = new Map<string, number>();
  for (const [name, text] of Object.entries(values)) {
    const limit = Number(text.slice(1));
    if (Number.isNaN(limit)) refuse({ key: `${key}.${name}`, expected: 'a number after >', got: text });
    over.set(name, limit);
  }
  return { over };
}

describe('a section that makes a model of its values', () => {
  it('gives the model to all who ask, the same until the values change, and asks once for each', async () => {
    const seen: unknown[] = [];
    const section = rules((values: Record<string, string>, key: string, refuse: Refuse) => {
      seen.push(values);
      return compiled(values, key, refuse);
    });
    const { store, files } = await made({ rules: { gold: '>5' } }, { sections: [section, Shop] });
    const first = store.section(section);
    expect(first.over.get('gold')).toBe(5);
    files.change({ rules: { gold: '>5' }, shop: { discount: 3 } });
    expect(store.section(section)).toBe(first);
    files.change({ rules: { gold: '>6' } });
    expect(store.section(section).over.get('gold')).toBe(6);
    expect(seen).toEqual([{ gold: '>5' }, { gold: '>6' }]);
  });

  it('refuses the start for what only the model knows, with place, key, expected and got', async () => {
    const section = rules(compiled);
    await expect(made({ rules: { gold: '>x' } }, { sections: [section] })).rejects.toThrow(
      'files:rules.gold: rules.gold: expected a number after >, got >x',
    );
  });

  it('refused while running keeps its last good model, and the other sections proceed', async () => {
    const section = rules(compiled);
    const { store, files, lines } = await made({ rules: { gold: '>5' } }, { sections: [section, Shop] });
    const good = store.section(section);
    files.change({ rules: { gold: '>x' }, shop: { discount: 7 } });
    expect(store.section(section)).toBe(good);
    expect(store.raw('rules.gold')).toBe('>5');
    expect(store.section(Shop).discount).toBe(7);
    expect(lines).toEqual([
      'files:rules.gold: rules.gold: expected a number after >, got >x; rules keeps its last good values',
    ]);
    files.change({ rules: { gold: '>9' }, shop: { discount: 7 } });
    expect(store.section(section).over.get('gold')).toBe(9);
  });

  it('has what it last made, to take over what is unchanged', async () => {
    const before: unknown[] = [];
    const section = rules((values: Record<string, string>, key: string, refuse: Refuse, last: unknown) => {
      before.push(last);
      return compiled(values, key, refuse);
    });
    const { store, files } = await made({ rules: { gold: '>5' } }, { sections: [section] });
    const first = store.section(section);
    files.change({ rules: { gold: '>x' } });
    files.change({ rules: { gold: '>6' } });
    expect(before).toEqual([undefined, first, first]);
  });

  it('may be made in steps', async () => {
    const section = rules(function* (values: Record<string, string>, key: string, refuse: Refuse) {
      const over = new Map<string, number>();
      for (const [name, text] of Object.entries(values)) {
        for (const [rule, limit] of compiled({ [name]: text }, key, refuse).over) over.set(rule, limit);
        yield;
      }
      return { over };
    });
    const { store, files } = await made({ rules: { gold: '>5', tin: '>1' } }, { sections: [section] });
    expect([...store.section(section).over]).toEqual([
      ['gold', 5],
      ['tin', 1],
    ]);
    expect(() => store.set('rules.gold', '>x')).toThrow('expected a number after >');
    files.change({ rules: { gold: '>6' } });
    expect([...store.section(section).over]).toEqual([['gold', 6]]);
  });

  it('of which there are many by name makes each anew alone', async () => {
    const seen: string[] = [];
    const section = rules((values: Record<string, string>, key: string, refuse: Refuse) => {
      seen.push(key);
      return compiled(values, key, refuse);
    }, 'rules.*');
    const { store, files } = await made({ rules: { a: { x: '>1' }, b: { x: '>2' } } }, { sections: [section] });
    files.change({ rules: { a: { x: '>1' }, b: { x: '>3' } } });
    expect(seen).toEqual(['rules.a', 'rules.b', 'rules.b']);
    expect(store.section(section, 'b').over.get('x')).toBe(3);
  });

  it('tells the line inside a text: that of the file where the text stands in lines of it', async () => {
    const section = rules((values: Record<string, string>, key: string, refuse: Refuse) => {
      for (const [name, text] of Object.entries(values)) {
        const line = text.split('\n').findIndex((one) => one.includes('?')) + 1;
        if (line > 0) refuse({ key: `${key}.${name}.inner`, expected: 'no question', got: '?', line });
      }
      return { over: new Map() };
    });
    const { files, lines } = await made({}, { sections: [section] });
    files.change({ rules: { gold: 'a\nb?' } });
    expect(lines[0]).toContain('files:rules.gold, line 2 of the text: rules.gold.inner: expected no question');
    const block = new (class extends Given {
      override load() {
        return super.load().then((layer) => ({ ...layer, place: () => 'conf/a.yaml:7', textLine: () => 8 }));
      }
    })('files', 4, { rules: { gold: 'a\nb?' } });
    await expect(made({}, { sections: [section], others: [block] })).rejects.toThrow(
      'conf/a.yaml:9: rules.gold.inner: expected no question, got ?',
    );
  });
});
