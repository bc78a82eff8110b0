/** Whether a text is lower-case hex of a length, and not zeros only: what every format here calls a valid id. */
export function isId(text: string, length: number): boolean {
  return text.length === length && isHex(text, 0, length) && !isZero(text);
}

/** Whether part of a text is lower-case hex. */
export function isHex(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return false;
  }
  return true;
}

function isZero(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) !== 48) return false;
  return true;
}
