/** One step of a JSON pointer (RFC 6901), escaped, with its slash. */
export function pointerStep(step: string | number): string {
  if (typeof step === 'number') return `/${step}`;
  return `/${step.includes('~') || step.includes('/') ? step.replaceAll('~', '~0').replaceAll('/', '~1') : step}`;
}
