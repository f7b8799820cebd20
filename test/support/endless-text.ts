/**
 * A text that never comes out right by itself: far more random characters than two vectors hold, to be taken in one
 * segment with `endlessChoices`, which allow more evaluations than anybody waits for. What works for it goes on until it
 * is stopped, on any machine.
 */
export const endlessText = Array.from({ length: 240 }, (_, i) =>
  String.fromCharCode(33 + (((i * i * i * 7919 + i * i * 104729 + i * 31) % 1009) % 90)),
).join('');

/** Settings of the extension. */
export const endlessChoices = { 'protoTokens.budget': 1_000_000, 'protoTokens.segmentLength': 1024 };
