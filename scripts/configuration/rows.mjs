/** The keys of a section, one row each. */
export function rowsOf(section) {
  const { schema } = section;
  const inherited = { source: schema['x-source'] ?? 'ts-chassis', scope: schema['x-scope'] ?? 'application' };
  return collect({ root: schema, schema, key: section.key.replace('*', '{name}'), ...inherited, depth: 0 });
}

function collect(at) {
  const schema = resolve(at.root, at.schema);
  const source = schema['x-source'] ?? at.source;
  const scope = schema['x-scope'] ?? at.scope;
  // what is null at most is said by decorators alone
  const members = Object.entries(schema.properties ?? {}).filter(([, inner]) => inner.type !== 'null');
  const free = schema.additionalProperties;
  if (typeof free === 'object') members.push(['{name}', free]);
  if (members.length === 0) return [row({ ...at, schema, source, scope })];
  // A schema that contains itself is told once, and then pointed at.
  if (at.depth > 0 && schema === resolve(at.root, at.root)) {
    return [
      {
        key: `${at.key}…`,
        type: 'map',
        default: '',
        source,
        scope,
        description: 'The same keys again, for this tag alone.',
      },
    ];
  }
  return members.flatMap(([name, inner]) =>
    collect({
      ...at,
      schema: withDescription(inner, schema, name),
      key: `${at.key}.${name}`,
      source,
      scope,
      depth: at.depth + 1,
    }),
  );
}

/** What stands for any name is described where the map is. */
function withDescription(inner, outer, name) {
  if (name !== '{name}' || inner.description !== undefined || outer.description === undefined) return inner;
  return { ...inner, description: outer.description };
}

function row({ key, schema, source, scope }) {
  return {
    key,
    type: typeOf(schema),
    default: defaultOf(schema),
    source,
    scope,
    description: schema.description ?? '',
  };
}

function resolve(root, schema) {
  const name = /^#\/\$defs\/(.+)$/.exec(schema.$ref ?? '')?.[1];
  if (name === undefined) return schema;
  const target = root.$defs[name];
  // The root of a recursive section is its own definition.
  return target.properties === root.properties ? root : target;
}

function typeOf(schema) {
  if (schema['x-duration']) return schema['x-duration'] === 's' ? 'duration (bare numbers: seconds)' : 'duration';
  if (schema.enum) return schema.enum.map((member) => `\`${member}\``).join(', ');
  if (schema.type === 'array') return schema.items ? `list of ${typeOf(schema.items)}` : 'list';
  if (schema.type === 'object') return 'map';
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  const range = [
    schema.minimum !== undefined && `at least ${schema.minimum}`,
    schema.maximum !== undefined && `at most ${schema.maximum}`,
  ].filter(Boolean);
  return [[schema.type ?? 'any'].flat().join(' or ').replaceAll('string', 'text'), ...range].join(', ');
}

function defaultOf(schema) {
  const value = schema.default;
  if (value === undefined) return '';
  if (Array.isArray(value) && value.length === 0) return 'none';
  if (typeof value === 'object' && Object.keys(value).length === 0) return 'none';
  return value === '' ? 'empty' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
