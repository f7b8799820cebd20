/** The loss of a text, in nats per token, from the probabilities of its tokens as far as they are known; null when none is. */
export function meanNll(probability: Float32Array | undefined): number | null {
  const known = probability?.filter(Number.isFinite);
  return known?.length ? known.reduce((sum, p) => sum - Math.log(p), 0) / known.length : null;
}
