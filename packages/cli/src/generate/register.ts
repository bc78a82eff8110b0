import type * as TypeScript from 'typescript';

/** What is to be listed in a module. */
export interface Registration {
  /** The class. */
  readonly name: string;
  /** The specifier it is imported from. */
  readonly from: string;
  /** The list of `@Module` it belongs in. */
  readonly list: 'schemas' | 'handlers' | 'providers';
}

/**
 * The text of a module's file with a class listed in it, or undefined when the file does not have the one `@Module({...})` with plain lists
 * that can be added to without guessing.
 *
 * @param ts - the project's own compiler
 */
export function registered(
  ts: typeof TypeScript,
  text: string,
  { name, from, list }: Registration,
): string | undefined {
  const source = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const definition = moduleDefinition(ts, source);
  if (!definition) return undefined;
  const member = definition.properties.find(
    (property): property is TypeScript.PropertyAssignment =>
      ts.isPropertyAssignment(property) && ts.isIdentifier(property.name) && property.name.text === list,
  );
  const listEdit = member ? addedToList(ts, text, member, name) : addedList(text, definition, `${list}: [${name}]`);
  if (!listEdit) return undefined;
  return applied(text, [listEdit, importEdit(ts, source, `import { ${name} } from '${from}';`)]);
}

interface Edit {
  readonly at: number;
  readonly insert: string;
}

function applied(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { at, insert } of [...edits].sort((a, b) => b.at - a.at))
    result = result.slice(0, at) + insert + result.slice(at);
  return result;
}

/** The object given to the only `@Module` of a file. */
function moduleDefinition(
  ts: typeof TypeScript,
  source: TypeScript.SourceFile,
): TypeScript.ObjectLiteralExpression | undefined {
  const found = source.statements.filter(ts.isClassDeclaration).flatMap((type) =>
    (ts.getDecorators(type) ?? []).flatMap(({ expression }) => {
      if (!ts.isCallExpression(expression) || !ts.isIdentifier(expression.expression)) return [];
      const [definition] = expression.arguments;
      return expression.expression.text === 'Module' && definition && ts.isObjectLiteralExpression(definition)
        ? [definition]
        : [];
    }),
  );
  return found.length === 1 ? found[0] : undefined;
}

function addedToList(
  ts: typeof TypeScript,
  text: string,
  { initializer }: TypeScript.PropertyAssignment,
  name: string,
): Edit | undefined {
  if (!ts.isArrayLiteralExpression(initializer)) return undefined;
  const { elements } = initializer;
  const last = elements.at(-1);
  if (!last) return { at: initializer.getStart() + 1, insert: name };
  const line = /\n([ \t]*)[^\n]*$/.exec(text.slice(initializer.getStart(), last.getStart() + 1));
  // A list that has a line for each item gets one more.
  return { at: last.getEnd(), insert: line ? `,\n${line[1]}${name}` : `, ${name}` };
}

function addedList(text: string, definition: TypeScript.ObjectLiteralExpression, member: string): Edit {
  const last = definition.properties.at(-1);
  if (!last) return { at: definition.getStart() + 1, insert: ` ${member} ` };
  const line = /\n([ \t]*)[^\n]*$/.exec(text.slice(definition.getStart(), last.getStart() + 1));
  return { at: last.getEnd(), insert: line ? `,\n${line[1]}${member}` : `, ${member}` };
}

function importEdit(ts: typeof TypeScript, source: TypeScript.SourceFile, line: string): Edit {
  const last = [...source.statements].reverse().find((statement) => ts.isImportDeclaration(statement));
  return last ? { at: last.getEnd(), insert: `\n${line}` } : { at: source.getStart(), insert: `${line}\n\n` };
}
