/** The trainable vectors of a solution, in the order in which they are stored. */
export const protoTokenKinds = ['e', 'm'] as const;
const [e, m] = [0, 1] as const;

/** Which proto-token stands at each input position, and which position's output predicts each text token. */
export interface Layout {
  /** Index into `protoTokenKinds` of each input position. */
  readonly kinds: readonly number[];
  /** Position whose output is the prediction of text token i. */
  readonly positionOfToken: readonly number[];
}

interface Arrangement {
  /** As in Table 1 of the paper. */
  readonly label: string;
  /** Which proto-token stands at a position, for a text of `tokens` tokens. */
  readonly kindAt: (position: number, tokens: number) => number;
  /** Input positions whose output is not guided before the first text token's. */
  readonly unguided: number;
}

/**
 * The five arrangements of Table 1. Text token t_i is predicted at position i (`[e][m]xN`: one later, as the output at
 * `e` is not guided there). Odd lengths give the extra position of a half to `e`.
 */
export const arrangements = {
  'e-repeated': { label: '[e]×N', kindAt: () => e, unguided: 0 },
  'e-half-m-half': {
    label: '[e]×(N/2)[m]×(N/2)',
    kindAt: (position, tokens) => (position < tokens / 2 ? e : m),
    unguided: 0,
  },
  'e-m-alternating': { label: '[e,m]×(N/2)', kindAt: position => (position % 2 === 0 ? e : m), unguided: 0 },
  'e-unguided-m-repeated': { label: '[e][m]×N', kindAt: position => (position === 0 ? e : m), unguided: 1 },
  'e-m-repeated': { label: '[e][m]×(N-1)', kindAt: position => (position === 0 ? e : m), unguided: 0 },
} satisfies Record<string, Arrangement>;

export type ArrangementName = keyof typeof arrangements;
export const arrangementNames = Object.keys(arrangements) as ArrangementName[];
/** The paper's choice for all but its first experiment. */
export const defaultArrangement: ArrangementName = 'e-m-repeated';

export function isArrangementName(name: string): name is ArrangementName {
  return Object.hasOwn(arrangements, name);
}

/** How many input positions an arrangement takes for a text of `tokens` tokens. */
export const positionsOf = (name: ArrangementName, tokens: number): number => tokens + arrangements[name].unguided;

/** The input positions and targets of an arrangement for a text of `tokens` tokens (at least one). */
export function layoutOf(name: ArrangementName, tokens: number): Layout {
  const { kindAt, unguided } = arrangements[name];
  return {
    kinds: Array.from({ length: positionsOf(name, tokens) }, (_, position) => kindAt(position, tokens)),
    positionOfToken: Array.from({ length: tokens }, (_, token) => token + unguided),
  };
}
