/**
 * Whether the text of a class declares a constructor of its own. Read from the source text, because `length` cannot
 * tell a constructor without parameters from none.
 */
export function declaresConstructor(type: Function): boolean {
  return parameterTexts(type) !== undefined;
}

/**
 * The names of the constructor's parameters as the running source spells them (compilers and minifiers may have changed
 * them); for messages only. A destructured parameter shows its pattern.
 *
 * @param type - the class that declares the constructor itself
 *
 * @example
 * ```ts
 * parameterNames(OrderService); // ['catalog', 'rest']
 * ```
 */
export function parameterNames(type: Function): readonly string[] {
  return (parameterTexts(type) ?? []).map(
    (text) => /^(?:\.\.\.)?\s*([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(text)?.[1] ?? text,
  );
}

/** The parameters of the constructor as written; undefined when the class text has no constructor. */
function parameterTexts(type: Function): readonly string[] | undefined {
  const source = Function.prototype.toString.call(type);
  if (!source.startsWith('class')) return undefined;
  const code = blank(source);
  const open = constructorParenthesis(code);
  return open === undefined ? undefined : split(source, code, open);
}

/** Where the parameter list of the constructor opens: only a member name at depth one of the class body counts. */
function constructorParenthesis(code: string): number | undefined {
  let depth = 0;
  let round = 0;
  for (let index = 0; index < code.length; index++) {
    const character = code[index]!;
    if (character === '(' || character === '[') round++;
    else if (character === ')' || character === ']') round--;
    else if (character === '{') depth++;
    else if (character === '}') depth--;
    else if (character === 'c' && depth === 1 && round === 0) {
      const found = /^constructor\s*\(/.exec(code.slice(index, index + 200));
      if (found && !/[\p{ID_Continue}$.#]/u.test(code[index - 1]!)) return index + found[0].length - 1;
    }
  }
  return undefined;
}

/** Cuts a parameter list at its commas. */
function split(source: string, code: string, open: number): readonly string[] {
  const texts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let index = open; index < code.length; index++) {
    const character = code[index]!;
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    const ends = depth === 0;
    if (!ends && !(character === ',' && depth === 1)) continue;
    const text = source.slice(start, index).trim();
    if (text !== '') texts.push(text);
    start = index + 1;
    if (ends) break;
  }
  return texts;
}

/** Strings, templates, comments and regular expressions, whose brackets mean nothing. */
const OPAQUE =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|(?<=(?:[=(,:;!&|?{}[+\-*%<>~^]|\breturn)\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

/** The same text with everything opaque replaced by blanks, so that places stay where they were. */
function blank(source: string): string {
  return source.replace(OPAQUE, (text) => ' '.repeat(text.length));
}
