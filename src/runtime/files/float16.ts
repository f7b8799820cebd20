/** The value of a 16-bit IEEE 754 number from its bits. */
function widen(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The bits of the 16-bit number nearest to a value; ties go to even, what is too great becomes infinite. */
function narrow(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // The distance between neighbours: subnormal numbers all have that of the least normal ones.
  const exponent = Math.max(-14, Math.floor(Math.log2(size || Number.MIN_VALUE)));
  const spacing = 2 ** (exponent - 10);
  const steps = roundToEven(size / spacing);
  // A carry out of the fraction raises the exponent by itself, as the fields lie side by side.
  return sign | (exponent === -14 ? steps : ((exponent + 14) << 10) + steps);
}

function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest === 0.5) return floor % 2 ? floor + 1 : floor;
  return rest > 0.5 ? floor + 1 : floor;
}

/** 16-bit numbers (their bits) to 32-bit ones. Exact. */
export function widenFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, widen);
}

/** 32-bit numbers to the nearest 16-bit ones (their bits). */
export function narrowToFloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, narrow);
}

/** bfloat16 numbers (their bits, the upper half of a 32-bit number) to 32-bit ones. Exact. */
export function widenBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, upper => upper << 16).buffer);
}
