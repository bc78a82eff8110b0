// Makes docs/configuration.md and the JSON Schema for editors out of every section that a package declares.
import { declaredIn } from './declarations.mjs';
import { configurationPage } from './configuration/page.mjs';
import { configurationSchema } from './configuration/editor-schema.mjs';

const DECLARES = /\b(?:defineSection|definePolicy|defineMarked|rulesSection)\s*[<(]/;

const isSection = (value) => typeof value?.key === 'string' && typeof value.schema === 'object' && 'live' in value;
/** A kind of policy, whose section repeats its fields on every level. */
const isPolicy = (value) => isSection(value?.section) && typeof value.handlers === 'object';

export async function generate() {
  const found = await declaredIn(DECLARES, (value) => isPolicy(value) || isSection(value));
  const sections = found
    .map(({ package: owner, value }) => ({
      package: owner,
      value: value.section ?? value,
      policy: value.section && value,
    }))
    .filter(({ value }) => !value.schema['x-hidden'])
    .sort((a, b) => (a.value.key < b.value.key ? -1 : 1));
  return {
    'docs/configuration.md': configurationPage(sections.map(forPage)),
    'packages/core/schema/configuration.schema.json': `${JSON.stringify(configurationSchema(sections), null, 2)}\n`,
  };
}

/** Of a policy the page tells the fields once. */
function forPage({ policy, ...section }) {
  if (!policy) return section;
  const { key, description, live } = section.value;
  const levels =
    'The fields also stand below `.provider`, `.consumer` and `.method`, and below each of these and the key itself in ' +
    '`.services.{service}`, `.schemas.{schema}` in that, and `.operations.{operation}` in that. ' +
    'go-chassis’s keys: [governance-keys.md](governance-keys.md).';
  const schema = { type: 'object', properties: policy.schema };
  return { ...section, value: { key, live, description: `${description} ${levels}`, schema } };
}
