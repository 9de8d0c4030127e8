/** A slider that is useful around the present value, even where a setting's range is enormous. */

export function sliderRange(value: number, range: [number, number] | null, unit: string | null): [number, number] {
  const [low, high] = range ?? (unit === null && Math.abs(value) <= 1 ? [0, 1] : [0, Math.max(1, value * 4)]);
  // Five times the value is room enough to either side; the number field takes the rest of the range.
  const top = high - low > 8 * Math.abs(value) && value > 0 ? Math.min(high, nice(value * 5)) : high;
  return [Math.min(low, value), Math.max(top, value)];
}

export function stepOf([low, high]: [number, number], unit: string | null): number {
  const span = high - low;
  if (unit !== null || span > 50) return span >= 2000 ? 10 : 1;
  return span <= 2 ? 0.01 : span <= 20 ? 0.1 : 1;
}

/** The next number with one digit and noughts. */
function nice(value: number): number {
  const size = 10 ** Math.floor(Math.log10(value));
  return Math.ceil(value / size) * size;
}
