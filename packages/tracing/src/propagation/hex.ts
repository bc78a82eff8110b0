const ZERO = 48;

/** Whether a text is lower-case hex of a length, and not zeros only: what every format here calls a valid id. */
export function isId(text: string, length: number): boolean {
  return text.length === length && isIdAt(text, 0, length);
}

/** As {@link isId}, for a part of a text. */
export function isIdAt(text: string, from: number, to: number): boolean {
  let any = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return false;
    any |= code ^ ZERO;
  }
  return any !== 0;
}

/** Whether part of a text is lower-case hex. */
export function isHexAt(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}

function isDigit(code: number): boolean {
  return (code >= ZERO && code <= 57) || (code >= 97 && code <= 102);
}
