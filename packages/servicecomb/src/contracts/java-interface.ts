/**
 * A document of ours that names the interface by which Java consumers find it; one that names its own stays as it is.
 *
 * @param document - JSON text of an OpenAPI document
 * @param javaPackage - empty for none
 */
export function withJavaInterface(document: string, javaPackage: string, schemaId: string): string {
  if (javaPackage === '') return document;
  const root = JSON.parse(document) as { info?: Record<string, unknown> };
  if (root.info?.['x-java-interface'] !== undefined) return document;
  const name = `${javaPackage}.${javaName(schemaId)}`;
  return JSON.stringify({ ...root, info: { ...root.info, 'x-java-interface': name } });
}

/** What may not stand in a name of Java is an underscore there. */
function javaName(schemaId: string): string {
  const name = schemaId.replaceAll(/\W/g, '_');
  return /^\d/.test(name) ? `_${name}` : name;
}
