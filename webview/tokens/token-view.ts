import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import '../charts/export-bar.ts';
import type { Change } from '../data/store.ts';
import { StoreElement } from '../data/store-element.ts';
import { tokenCodes } from '../data/token-state.ts';
import { count } from '../format.ts';
import { t } from '../strings.ts';
import { shared } from '../styles.ts';
import { CardKeeper } from './card-keeper.ts';
import { ChipField } from './chip-field.ts';
import { shadesOf } from './chip-paint.ts';
import { chipStyles } from './chip-styles.ts';
import { Explorer } from './explorer.ts';
import { FoundTokens } from './found-tokens.ts';
import { legend, measuredLegend } from './legend.ts';
import './measures/measure-legend.ts';
import type { TokenCardElement } from './token-card.ts';
import './token-card.ts';
import { destination, nextWrong } from './token-keys.ts';
import { tokenTable } from './token-table.ts';
import './token-tools.ts';
import { tokenViewStyles } from './token-view-styles.ts';

/** While a text is learned, predictions in place come only near its end: before, they would push the text about. */
const calmShare = 0.2;

/** The text as token chips at the moment that is looked at; `compact` is the strip below the raster. */
@customElement('proto-tokens')
export class TokenViewElement extends StoreElement {
  protected override readonly follows = ['document', 'moment', 'view', 'focus', 'status', 'facts', 'pointed'] as const;
  @property({ type: Boolean, reflect: true }) accessor compact = false;
  @query('.field') private accessor root!: HTMLElement;
  @query('proto-token-card') private accessor card!: TokenCardElement;
  private field: ChipField | undefined;
  private keeper: CardKeeper | undefined;
  private explorer: Explorer | undefined;
  private roving = 0;
  private foundTokens: FoundTokens | undefined;
  private forgetTexts: (() => void) | undefined;

  static override styles = [shared, chipStyles, tokenViewStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.forgetTexts = this.store.texts.onArrival(() => {
      this.field?.refresh();
      this.keeper?.refresh();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forgetTexts?.();
    this.field?.dispose();
    this.keeper?.dispose();
    this.store.point(undefined);
  }

  override firstUpdated(): void {
    this.field = new ChipField(this.root, this.store.texts);
    this.explorer = new Explorer(this.store);
    this.foundTokens = new FoundTokens(this.store, this.field);
    this.keeper = new CardKeeper(this.store, this.field, this.card, this.explorer, this.compact);
    this.showChips();
    this.goToFocused();
  }

  override render(): TemplateResult {
    return html`
      ${this.compact ? nothing : this.bar()}
      <p class="none muted" hidden></p>
      <div
        class="field"
        role="group"
        aria-label=${t('Tokens of the text')}
        aria-description=${t('Arrow keys move, N and P go to the next and previous wrong token, Enter shows it in the editor.')}
        @pointerover=${(event: Event) => this.keeper?.over(indexOf(event))}
        @pointerleave=${() => this.keeper?.leave()}
        @focusin=${(event: Event) => this.onFocus(indexOf(event))}
        @focusout=${() => this.keeper?.leave()}
        @click=${(event: Event) => this.reveal(indexOf(event))}
        @keydown=${this.onKey}
      ></div>
      <proto-token-card
        id="card"
        popover="manual"
        role="tooltip"
        @pointerenter=${() => this.keeper?.hold()}
        @pointerleave=${() => this.keeper?.leave()}
      ></proto-token-card>
    `;
  }

  private bar(): TemplateResult {
    const { explorer } = this;
    return html`
      <div class="head">
        <proto-token-tools
          .store=${this.store}
          @seek=${(event: CustomEvent<1 | -1>) => this.seekFound(event.detail)}
        ></proto-token-tools>
        ${this.exports()}
      </div>
      <proto-measure-legend
        .store=${this.store}
        ?hidden=${this.store.view.colour === null}
        @retry=${() => explorer?.knowledge.retry()}
      ></proto-measure-legend>
      <div class="bar">
      ${this.store.view.colour === null ? legend() : measuredLegend()}
      <div class="row tools">
        <vscode-checkbox
          label=${t('Only wrong')}
          .checked=${this.store.view.onlyWrong}
          @change=${(event: Event) =>
            this.store.look({ onlyWrong: (event.target as EventTarget & { checked: boolean }).checked })}
        ></vscode-checkbox>
        <span class="muted figures wrong-count"></span>
        <vscode-toolbar-button
          icon="arrow-up"
          label=${t('Previous wrong token')}
          title=${t('Previous wrong token (P)')}
          @click=${() => this.step(-1)}
        ></vscode-toolbar-button>
        <vscode-toolbar-button
          icon="arrow-down"
          label=${t('Next wrong token')}
          title=${t('Next wrong token (N)')}
          @click=${() => this.step(1)}
        ></vscode-toolbar-button>
      </div>
    </div>`;
  }

  /** All tokens with all that is known of them, to take along. */
  private exports(): TemplateResult {
    const table = () => (this.explorer ? tokenTable(this.explorer.knowledge.known) : { columns: [], rows: [] });
    return html`<proto-export-bar
      label=${t('All Tokens')}
      .host=${this.store.host}
      .chart=${{ name: 'tokens', table }}
    ></proto-export-bar>`;
  }

  protected override onChange(change: Change): void {
    if (change === 'pointed') {
      this.showPointed();
      return;
    }
    if (change === 'document' || change === 'view') this.requestUpdate();
    this.showChips(change === 'moment');
    if (change === 'focus') this.goToFocused();
  }

  /** @param calm only the moment has changed: tokens that someone looks at keep their places */
  private showChips(calm = false): void {
    const { field, explorer } = this;
    if (!field || !explorer) return;
    const { tokens, shown, running, live, view } = this.store;
    explorer.update(calm && this.keeper?.busy === true, this.compact);
    const { colour, content, found } = explorer;
    const onlyWrong = view.onlyWrong && !this.compact;
    const wrong = shown ? tokens.length - shown.correct : 0;
    const settled = !running || !live || onlyWrong || wrong <= tokens.length * calmShare;
    this.root.classList.toggle('only-wrong', onlyWrong);
    this.root.classList.toggle('coloured', colour !== null);
    field.show(content, shown, {
      predictions: settled && !this.compact,
      over: live && !running,
      onlyWrong,
      shades: colour && shadesOf(colour.measured),
      found: new Set(found),
    });
    this.makeReachable();
    this.keeper?.refresh();
    this.showTools();
    const seen = field.codes.filter(code => code === tokenCodes.wrong).length;
    const label = this.renderRoot.querySelector('.wrong-count');
    if (label) label.textContent = t('{0} wrong', count(seen));
    this.sayWhyEmpty(onlyWrong, seen);
  }

  /** Legend and tools follow the moments by themselves: the template is not rendered again for each. */
  private showTools(): void {
    const { colour, found } = this.explorer ?? { colour: null, found: [] };
    const legend = this.renderRoot.querySelector('proto-measure-legend');
    if (legend)
      Object.assign(legend, { measured: colour?.measured ?? null, availability: colour?.availability ?? null });
    const tools = this.renderRoot.querySelector('proto-token-tools');
    const reachable = this.foundTokens?.reachable(found) ?? [];
    if (tools) Object.assign(tools, { found: reachable.length, place: this.foundTokens?.place ?? -1 });
  }

  /** Goes to the next token that was found; what is searched for keeps the focus. */
  private seekFound(direction: 1 | -1): void {
    const index = this.foundTokens?.next(this.explorer?.found ?? [], direction);
    if (index === undefined) return;
    this.goTo(index, false);
    this.store.point(index);
    this.showTools();
  }

  /** The token that is pointed at elsewhere: in the raster, or in the list of what was found. */
  private showPointed(): void {
    const { pointed } = this.store;
    this.keeper?.mark(pointed);
    const chip = pointed === undefined || !this.compact ? undefined : this.field?.chip(pointed);
    // Only the strip scrolls, not the page.
    if (chip) scrollInto(this.root, chip);
  }

  private sayWhyEmpty(onlyWrong: boolean, wrong: number): void {
    const note = this.renderRoot.querySelector('.none');
    if (!note) return;
    const empty = !this.store.tokens.length;
    note.toggleAttribute('hidden', !empty && (!onlyWrong || wrong > 0));
    note.textContent = empty ? t('The text has not been cut into tokens yet.') : t('No token is wrong.');
  }

  /** One chip at a time can be reached with the Tab key. */
  private makeReachable(): void {
    const { field } = this;
    if (!field) return;
    this.roving = Math.min(this.roving, Math.max(0, this.store.tokens.length - 1));
    const chip = field.chip(this.roving);
    if (chip && chip.tabIndex !== 0) chip.tabIndex = 0;
  }

  private goTo(index: number, focus: boolean): void {
    const previous = this.field?.chip(this.roving);
    const chip = this.field?.chip(index);
    if (!chip) return;
    if (previous) previous.tabIndex = -1;
    chip.tabIndex = 0;
    this.roving = index;
    chip.scrollIntoView({ block: 'nearest' });
    if (focus) chip.focus({ preventScroll: true });
  }

  private goToFocused(): void {
    const { focused } = this.store;
    if (focused === undefined) return;
    this.goTo(focused, false);
    this.keeper?.mark(focused);
  }

  private step(direction: 1 | -1): void {
    if (!this.field) return;
    const index =
      nextWrong(this.field, this.field.placeOf(this.roving), direction) ??
      nextWrong(this.field, direction > 0 ? -1 : this.field.length, direction);
    if (index !== undefined) this.goTo(index, true);
  }

  private onFocus(index: number | undefined): void {
    if (index === undefined) return;
    if (index !== this.roving) this.goTo(index, false);
    this.keeper?.point(index);
  }

  private reveal(index: number | undefined): void {
    if (index !== undefined) void this.store.host.request('revealToken', { index });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.field) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.reveal(indexOf(event));
      return;
    }
    const onlyWrong = this.store.view.onlyWrong && !this.compact;
    const index = destination(event.key, this.field, this.roving, onlyWrong);
    if (index === undefined) return;
    event.preventDefault();
    this.goTo(index, true);
  }
}

/** Scrolls a box, and nothing around it, so far that something in it is seen. */
function scrollInto(box: HTMLElement, part: HTMLElement): void {
  const [outer, inner] = [box.getBoundingClientRect(), part.getBoundingClientRect()];
  if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top + 8;
  else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom + 8;
}

/** The token that an event is about. */
function indexOf(event: Event): number | undefined {
  const chip = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
  return chip ? Number(chip.dataset.index) : undefined;
}
