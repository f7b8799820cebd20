import {
  arrangementNames,
  arrangements,
  isArrangementName,
  layoutOf,
  protoTokenKinds,
} from '../../runtime/training/arrangement.ts';
import type { ArrangementView } from '../protocol.ts';

/** Tokens of the text with which an arrangement is shown. */
const shownTokens = 6;

/** The five arrangements, as pages show them. */
export function arrangementViews(): readonly ArrangementView[] {
  return arrangementNames.map(name => {
    const { kinds, positionOfToken } = layoutOf(name, shownTokens);
    return {
      name,
      label: arrangements[name].label,
      inputs: kinds.map(kind => protoTokenKinds[kind] ?? 'm'),
      outputs: positionOfToken,
    };
  });
}

/** "[e][m]×(N-1)"; of a name that this version does not know, the name. */
export const labelOf = (name: string): string => (isArrangementName(name) ? arrangements[name].label : name);
