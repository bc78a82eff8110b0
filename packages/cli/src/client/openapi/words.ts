const RESERVED = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for ' +
    'function if implements import in instanceof interface let new null package private protected public return static super ' +
    'switch this throw true try typeof var void while with yield'
  ).split(' '),
);

/** A name for a class. */
export function className(text: string): string {
  const name = wordsOf(text)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
  return /^\d|^$/.test(name) ? `T${name}` : name;
}

/** A name for a method. */
export function methodName(text: string): string {
  const name = camelCase(text);
  return name === 'constructor' || name === 'prototype' ? `_${name}` : name;
}

/** A name for a parameter. */
export function parameterName(text: string): string {
  const name = camelCase(text);
  return RESERVED.has(name) ? `_${name}` : name;
}

function camelCase(text: string): string {
  const [first = '', ...others] = wordsOf(text);
  const name = first.slice(0, 1).toLowerCase() + first.slice(1) + others.map(className).join('');
  return /^\d|^$/.test(name) ? `_${name}` : name;
}

/** A property's name, quoted where it has to be. */
export function propertyName(text: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(text) && text !== 'constructor' ? text : quoted(text);
}

/** A text as TypeScript writes it, whatever is in it. */
export function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

/** The name itself, or with a number that makes it new. */
export function unused(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}${number}`;
  taken.add(name);
  return name;
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[^A-Za-z0-9_]+/).filter((word) => word !== '');
}
