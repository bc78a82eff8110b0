// Makes docs/configuration.md and the JSON Schema for editors out of every section that a package declares.
import { declaredIn } from './declarations.mjs';
import { configurationPage } from './configuration/page.mjs';
import { configurationSchema } from './configuration/editor-schema.mjs';

export async function generate() {
  const isSection = (value) => typeof value?.key === 'string' && typeof value.schema === 'object' && 'live' in value;
  const found = await declaredIn(/\bdefineSection\s*[<(]/, isSection);
  const sections = found.sort((a, b) => (a.value.key < b.value.key ? -1 : 1));
  return {
    'docs/configuration.md': configurationPage(sections),
    'packages/core/schema/configuration.schema.json': `${JSON.stringify(configurationSchema(sections), null, 2)}\n`,
  };
}
