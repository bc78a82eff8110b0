const PLACEHOLDER = { type: 'string', pattern: '\\$\\{\\w+(\\^\\^|,,)?\\|\\|' };
const DURATION =
  '^\\s*(\\d+(\\.\\d+)?(ns|us|µs|ms|s|m|h|d)?\\s*|((\\d+(\\.\\d+)?|\\.\\d+)(ns|us|µs|ms|s|m|h|d))+\\s*)$';

/** One JSON Schema of all keys in their places. Below a section names are checked; beside sections anything may stand. */
export function configurationSchema(sections) {
  const tree = { type: 'object', properties: {} };
  const definitions = {};
  for (const { value } of sections) {
    for (const [name, inner] of Object.entries(value.schema.$defs ?? {})) {
      definitions[`${value.key}.${name}`] = lenient(inner, value.key);
    }
  }
  // The shortest first, so that a section inside another one finds its place there.
  for (const { value } of sections.toSorted((a, b) => a.value.key.length - b.value.key.length)) place(tree, value);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Configuration of a ts-chassis application',
    ...tree,
    $defs: definitions,
  };
}

function place(tree, section) {
  const steps = section.key.split('.');
  const last = steps.pop();
  let at = tree;
  for (const step of steps) {
    if (step === '*') {
      at = at.additionalProperties ??= { type: 'object', properties: {} };
      continue;
    }
    at.properties ??= {};
    at = at.properties[step] ??= { type: 'object', properties: {} };
  }
  const schema = {
    ...lenient(section.schema, section.key),
    ...(section.description && { description: section.description }),
  };
  if (last === '*') at.additionalProperties = schema;
  else at.properties = { ...at.properties, [last]: merged(at.properties?.[last], schema) };
}

function merged(present, schema) {
  return present ? { ...present, ...schema, properties: { ...schema.properties, ...present.properties } } : schema;
}

/** The schema as a file may say it: lists as text with commas, durations, placeholders in the place of any scalar, empty values. */
function lenient(schema, section) {
  if (schema.$ref) return { $ref: schema.$ref.replace('#/$defs/', `#/$defs/${section}.`) };
  const { description } = schema;
  const said = {
    ...(description && { description }),
    ...(schema.default !== undefined && { default: schema.default }),
  };
  if (schema['x-duration'])
    return { ...said, anyOf: [{ type: 'number', minimum: 0 }, { type: 'string', pattern: DURATION }, PLACEHOLDER] };
  if (schema.enum) return { ...said, anyOf: [{ enum: spellings(schema) }, PLACEHOLDER] };
  if (schema.type === 'array') {
    return {
      ...said,
      anyOf: [
        { type: 'array', ...(schema.items && { items: lenient(schema.items, section) }) },
        { type: ['string', 'number'] },
      ],
    };
  }
  if (isMap(schema)) return { ...said, ...map(schema, section) };
  if (schema.anyOf) return { ...said, anyOf: schema.anyOf.map((inner) => lenient(inner, section)) };
  if (schema.type === 'string') return { ...said, ...textOrScalar(schema) };
  const { minimum, maximum, type } = schema;
  const limits = {
    ...(type && { type }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
  };
  return { ...said, anyOf: [limits, PLACEHOLDER] };
}

function spellings(schema) {
  return [...new Set([...schema.enum, ...Object.keys(schema['x-spellings'] ?? {})])].flatMap((member) =>
    typeof member === 'string' ? [...new Set([member, member.toUpperCase()])] : [member],
  );
}

function textOrScalar({ pattern, minLength }) {
  const text = { type: 'string', ...(pattern && { pattern }), ...(minLength && { minLength }) };
  return { anyOf: [text, { type: ['number', 'boolean'] }, PLACEHOLDER] };
}

function isMap(schema) {
  return schema.type === 'object' || schema.properties !== undefined || schema.additionalProperties !== undefined;
}

function map(schema, section) {
  const properties = Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, lenient(inner, section)]),
  );
  const free = schema.additionalProperties;
  const additionalProperties =
    typeof free === 'object' ? lenient(free, section) : (free ?? schema.properties === undefined);
  return {
    type: ['object', 'null'],
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(schema.required && { required: schema.required }),
    additionalProperties,
  };
}
