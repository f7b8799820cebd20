import type { Moment, TokenDetail } from '../../src/views/protocol.ts';
import type { PanelStore } from '../data/store.ts';

/** Details of tokens, asked for once per moment and token. */
export class Explainer {
  private readonly details = new WeakMap<Moment, Map<number, Promise<TokenDetail>>>();

  constructor(private readonly host: PanelStore['host']) {}

  explain(index: number, moment: Moment): Promise<TokenDetail> {
    const known = this.details.get(moment) ?? new Map<number, Promise<TokenDetail>>();
    this.details.set(moment, known);
    const detail = known.get(index) ?? this.host.request('explain', { index });
    known.set(index, detail);
    return detail;
  }
}
