/** What Go leaves out of JSON: nothing, an empty text, zero, an empty list, an empty map. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
