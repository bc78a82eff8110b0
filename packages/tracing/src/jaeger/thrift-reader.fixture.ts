/** A struct of Thrift's binary protocol: values by the number of their field. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;
export type ThriftValue = boolean | number | bigint | Buffer | ThriftStruct | readonly ThriftValue[];

const STOP = 0;

/** Reads Thrift's binary protocol without knowing what is in it. */
export class ThriftReader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  /** The name of a message, read before its struct. */
  message(): string {
    this.#skip(4);
    const name = this.#binary().toString();
    this.#skip(4);
    return name;
  }

  struct(): ThriftStruct {
    const fields = new Map<number, ThriftValue>();
    for (;;) {
      const type = this.bytes.readInt8(this.#skip(1));
      if (type === STOP) return fields;
      const field = this.bytes.readInt16BE(this.#skip(2));
      fields.set(field, this.#value(type));
    }
  }

  #value(type: number): ThriftValue {
    switch (type) {
      case 2:
        return this.bytes.readInt8(this.#skip(1)) === 1;
      case 4:
        return this.bytes.readDoubleBE(this.#skip(8));
      case 8:
        return this.bytes.readInt32BE(this.#skip(4));
      case 10:
        return this.bytes.readBigInt64BE(this.#skip(8));
      case 11:
        return this.#binary();
      case 12:
        return this.struct();
      case 15:
        return this.#list();
      default:
        throw new Error(`type ${type} of Thrift is not read here`);
    }
  }

  #list(): readonly ThriftValue[] {
    const type = this.bytes.readInt8(this.#skip(1));
    const length = this.bytes.readInt32BE(this.#skip(4));
    return Array.from({ length }, () => this.#value(type));
  }

  #binary(): Buffer {
    const length = this.bytes.readInt32BE(this.#skip(4));
    const from = this.#skip(length);
    return this.bytes.subarray(from, from + length);
  }

  /** @returns where the skipped part begins */
  #skip(count: number): number {
    const from = this.#at;
    this.#at += count;
    return from;
  }
}
