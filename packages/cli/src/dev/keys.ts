/** What keys do. */
export interface Keys {
  restart(): void;
  quit(): void;
}

/** Listens to the keys `r` and `q` of a terminal; the result gives the terminal back. */
export function listenToKeys(input: NodeJS.ReadStream, { restart, quit }: Keys): () => void {
  const onData = (data: Buffer): void => {
    const key = data.toString();
    if (key === 'r' || key === 'R') restart();
    // In raw mode Ctrl-C and Ctrl-D are keys like others.
    else if (['q', 'Q', '\u0003', '\u0004'].includes(key)) quit();
  };
  input.setRawMode(true);
  input.on('data', onData);
  input.resume();
  return () => {
    input.off('data', onData);
    input.setRawMode(false);
    input.pause();
  };
}
