/** What a text means, or why that is not known. */
export type Decrypted = { readonly text: string } | { readonly expected: string; readonly got: string };

/** What the encrypted texts of a source mean, by how they are written. */
export type DecryptedTexts = ReadonlyMap<string, Decrypted>;

export const NO_TEXTS: DecryptedTexts = new Map<string, Decrypted>();
