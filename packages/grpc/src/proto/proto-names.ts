/** Names of messages, or of the fields of one, each given once. */
export class MessageNames {
  readonly #taken = new Set<string>();

  /** @param prefix - what every name of a message begins with, so that services share no names */
  constructor(private readonly prefix: string) {
    if (prefix) this.#taken.add(prefix);
  }

  /** The name of a message. */
  free(wanted: string): string {
    const name = pascal(wanted);
    return this.#first(name.startsWith(this.prefix) ? name : this.prefix + name, (text) => text);
  }

  /** The name of a field, as near to the property's as an identifier can be. Names that are one in JSON are two to no reader of it. */
  field(property: string): string {
    return this.#first(identifier(property), (text) => text.replaceAll('_', '').toLowerCase());
  }

  #first(wanted: string, key: (name: string) => string): string {
    let name = wanted;
    for (let number = 2; this.#taken.has(key(name)); number++) name = `${wanted}${number}`;
    this.#taken.add(key(name));
    return name;
  }
}

/** `find-all_books` as `FindAllBooks`. */
export function pascal(text: string): string {
  const joined = text
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '')
    .map((part) => part[0]!.toUpperCase() + part.slice(1))
    .join('');
  return /^[A-Za-z]/.test(joined) ? joined : `M${joined}`;
}

/** A name that protobuf takes: letters, digits and `_`, not beginning with a digit. */
export function identifier(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_]/g, '_');
  return /^[A-Za-z]/.test(plain) ? plain : `f${plain}`;
}

/** A full name of a service: identifiers with dots between them. */
export function qualifiedIdentifier(text: string): string {
  return (
    text
      .split('.')
      .filter((part) => part !== '')
      .map(identifier)
      .join('.') || 'service'
  );
}

/** `book_id` as `bookId`, as protobufjs makes names of properties. */
export function camelCase(name: string): string {
  return name.slice(0, 1) + name.slice(1).replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
}
