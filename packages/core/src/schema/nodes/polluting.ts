/** Whether a key may reach a prototype when somebody assigns or merges it. */
export function isPolluting(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}
