/** Comments and text, whose brackets mean nothing. */
const OPAQUE = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\[\s\S]|[^'\\])*'|"(?:\\[\s\S]|[^"\\])*"|`(?:\\[\s\S]|[^`\\])*`/g;

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * The names of a method's parameters as its source spells them; undefined for those that have none (destructured, rest).
 * Minifiers change them: what is minified names its parameters in the decorators.
 *
 * @param method - any function
 */
export function argumentNames(method: Function): readonly (string | undefined)[] {
  const code = Function.prototype.toString.call(method).replace(OPAQUE, (text) => ' '.repeat(text.length));
  return split(code, opening(code)).map((text) => {
    const name = text.split('=')[0]!.trim();
    return IDENTIFIER.test(name) ? name : undefined;
  });
}

/** Where the parameter list opens: behind the name, which may be computed and then stands in brackets. */
function opening(code: string): number {
  let square = 0;
  for (let index = 0; index < code.length; index++) {
    if (code[index] === '[') square++;
    else if (code[index] === ']') square--;
    else if (code[index] === '(' && square === 0) return index;
    else if (code.startsWith('=>', index)) break;
  }
  return -1;
}

/** Cuts a parameter list at its own commas. */
function split(code: string, open: number): readonly string[] {
  if (open < 0) return [];
  const parts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let index = open; index < code.length; index++) {
    const character = code[index]!;
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    if (depth > 1 || (depth === 1 && character !== ',')) continue;
    parts.push(code.slice(start, index));
    start = index + 1;
    if (depth === 0) break;
  }
  if (parts.at(-1)?.trim() === '') parts.pop();
  return parts;
}
