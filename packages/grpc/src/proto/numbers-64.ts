/** 64 bits in two halves, as protobufjs reads and writes them. */
export interface Halves {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

/** 64 bits as a number where that loses nothing, else as a `bigint`, which no number is taken for. */
export function numberOf(halves: Halves): number | bigint {
  const number = (halves.unsigned ? halves.high >>> 0 : halves.high) * 4294967296 + (halves.low >>> 0);
  if (Number.isSafeInteger(number)) return number;
  const exact = bigintOf(halves);
  return BigInt(Number(exact)) === exact ? Number(exact) : exact;
}

export function bigintOf({ low, high, unsigned }: Halves): bigint {
  return (BigInt(unsigned ? high >>> 0 : high) << 32n) | BigInt(low >>> 0);
}

export function halvesOf(value: bigint): Halves {
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: false };
}
