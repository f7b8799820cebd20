import type { SegmentView } from '../../src/views/protocol.ts';
import { counts } from '../format.ts';
import { t } from '../strings.ts';

const signs = { waiting: '○', training: '◐', settled: '●' } as const;
const words = () => ({ waiting: t('waiting'), training: t('training'), settled: t('settled') });

/** What stands beside the chips of a segment; written only when it changes. */
export class SegmentLabel {
  readonly element = document.createElement('div');
  private readonly lines = [document.createElement('span'), document.createElement('span')] as const;
  private written = '';

  constructor(private readonly ordinal: number) {
    this.element.className = 'label';
    this.element.append(...this.lines);
  }

  show({ correct, length, steps, state }: SegmentView): void {
    const first = `${signs[state]} ${t('Segment {0}', this.ordinal)}`;
    const second = t('{0} of {1} · {2}', correct, length, counts.evaluations(steps));
    const title = t(
      '{0}: {1} of {2} right, {3}, {4}',
      first.slice(2),
      correct,
      counts.tokens(length),
      counts.evaluations(steps),
      words()[state],
    );
    if (this.written === first + second) return;
    this.written = first + second;
    this.lines[0].textContent = first;
    this.lines[1].textContent = second;
    this.element.title = title;
  }
}
