/** Text longer than this is quoted by the engine; shorter text is quicker looked through here. */
const SHORT = 42;
const SPECIAL = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** The JSON text of a string. */
export function quote(text: string): string {
  const length = text.length;
  if (length > SHORT) return SPECIAL.test(text) ? JSON.stringify(text) : `"${text}"`;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff)) return JSON.stringify(text);
  }
  return `"${text}"`;
}
