import type { TextToken } from '../../src/runtime/results/tokens.ts';
import type { Moment, SegmentView } from '../../src/views/protocol.ts';
import { codesAt } from '../data/token-state.ts';
import type { TokenTexts } from '../data/token-texts.ts';
import { ChipBlock } from './chip-block.ts';
import { SegmentLabel } from './segment-label.ts';

const mostTokensOfBlock = 200;

export interface FieldOptions {
  /** Wrong chips say what is predicted in their place. */
  readonly predictions: boolean;
  /** Whether the training is over: then no segment is in it, whatever the last moment of it says. */
  readonly over: boolean;
  readonly onlyWrong: boolean;
}

interface Segment {
  readonly label: SegmentLabel;
  readonly element: HTMLElement;
  readonly blocks: readonly ChipBlock[];
}

/**
 * The chips of a text, moved along with its moments by hand: thousands of templates ten times a second would be too
 * many. Chips stand in blocks; only those near the view are filled and kept up to date, and only chips that change are
 * touched.
 */
export class ChipField {
  private tokens: readonly TextToken[] = [];
  private segments: readonly Segment[] = [];
  private blocks: readonly ChipBlock[] = [];
  private layout = '';
  private moment: Moment | undefined;
  private options: FieldOptions = { predictions: false, over: false, onlyWrong: false };
  private readonly blockOf = new Map<Element, ChipBlock>();
  private readonly observer = new IntersectionObserver(entries => this.onSight(entries), { rootMargin: '50% 0px' });
  /** How every token stands at the moment shown. */
  codes = new Uint8Array();

  constructor(
    private readonly root: HTMLElement,
    private readonly texts: TokenTexts,
  ) {}

  get length(): number {
    return this.tokens.length;
  }

  show(tokens: readonly TextToken[], moment: Moment | undefined, options: FieldOptions): void {
    this.moment = moment;
    this.options = options;
    this.codes = codesAt(tokens, moment);
    this.arrange(tokens, moment?.segments ?? []);
    for (const [i, segment] of this.segments.entries()) this.showSegment(segment, moment?.segments[i]);
    this.refresh();
  }

  /** Brings the blocks near the view up to date. */
  refresh(): void {
    for (const block of this.blocks) if (block.visible) block.update(this.codes, this.moment, this.options.predictions);
  }

  /** The chip of a token, up to date. */
  chip(index: number): HTMLElement | undefined {
    const block = this.blocks.find(({ start, length }) => index >= start && index < start + length);
    block?.update(this.codes, this.moment, this.options.predictions);
    return block?.chip(index);
  }

  dispose(): void {
    this.observer.disconnect();
  }

  private showSegment({ label, element, blocks }: Segment, view: SegmentView | undefined): void {
    const { onlyWrong, over } = this.options;
    if (view) label.show(over && view.state === 'training' ? { ...view, state: 'settled' } : view);
    let wanted = false;
    for (const block of blocks) {
      const shown = !onlyWrong || block.hasWrong(this.codes);
      block.hideUnless(shown);
      wanted ||= shown;
    }
    if (element.hidden === wanted) element.hidden = !wanted;
  }

  private arrange(tokens: readonly TextToken[], segments: readonly SegmentView[]): void {
    const layout = segments.map(({ start, length }) => `${start}+${length}`).join();
    if (tokens === this.tokens && layout === this.layout) return;
    this.tokens = tokens;
    this.layout = layout;
    this.observer.disconnect();
    this.blockOf.clear();
    const whole = { start: 0, length: tokens.length };
    this.segments = (segments.length ? segments : [whole]).map((segment, i) => this.makeSegment(segment, i + 1));
    this.blocks = this.segments.flatMap(({ blocks }) => blocks);
    this.root.classList.toggle('segmented', segments.length > 1);
    this.root.replaceChildren(...this.segments.map(({ element }) => element));
    for (const block of this.blocks) {
      this.blockOf.set(block.element, block);
      this.observer.observe(block.element);
    }
  }

  private makeSegment({ start, length }: { start: number; length: number }, ordinal: number): Segment {
    const label = new SegmentLabel(ordinal);
    const element = document.createElement('div');
    element.className = 'segment';
    const run = document.createElement('div');
    const blocks: ChipBlock[] = [];
    for (let i = 0; i < length; i += mostTokensOfBlock)
      blocks.push(new ChipBlock(this.tokens, start + i, Math.min(mostTokensOfBlock, length - i), this.texts));
    run.append(...blocks.map(block => block.element));
    element.append(label.element, run);
    return { label, element, blocks };
  }

  private onSight(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const block = this.blockOf.get(target);
      if (!block) continue;
      block.visible = isIntersecting;
      if (isIntersecting) block.update(this.codes, this.moment, this.options.predictions);
    }
  }
}
