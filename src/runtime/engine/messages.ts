/** What an engine is started with that only reads: it never holds the weights of a model. */
export const readsOnly = '--reads-only';

/** What the client and the engine say to each other. Structured clones of both unions travel over the process's channel. */
export type ToEngine =
  | {
      readonly type: 'call';
      readonly id: number;
      /** Name of the operation. */
      readonly operation: string;
      readonly parameters: unknown;
      /** Whether somebody wants to hear of its progress. */
      readonly progress: boolean;
    }
  | { readonly type: 'cancel'; readonly id: number }
  /** Bytes that several calls will name. */
  | { readonly type: 'hold'; readonly key: number; readonly bytes: Uint8Array }
  | { readonly type: 'release'; readonly key: number };

export type FromEngine =
  | { readonly type: 'progress'; readonly id: number; readonly progress: unknown }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: Failure };

/** How an error crosses to the client. */
export interface Failure {
  readonly kind: 'user' | 'cancelled' | 'no-room' | 'needs-weights' | 'fault';
  readonly message: string;
  readonly stack: string | undefined;
}

/** Stands in a call for bytes that the engine holds. */
export interface HeldBytes {
  readonly heldBytes: number;
}

const isHeld = (value: object): value is HeldBytes => 'heldBytes' in value && typeof value.heldBytes === 'number';

/** A copy of a call's parameters in which `replace` has looked at everything that is bytes or stands for bytes. */
export function replaceBytes(value: unknown, replace: (bytes: Uint8Array | HeldBytes) => unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array || isHeld(value)) return replace(value);
  if (ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(item => replaceBytes(item, replace));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, replaceBytes(item, replace)]));
}
