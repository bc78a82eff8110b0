/** Whether an operation gets no span. @param patterns - ids of operations, or `{schema}.*` */
export function isExcluded(id: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => (pattern.endsWith('.*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern));
}
