import type { CompressionChoices } from '../../runtime/compression/options.ts';
import type { Choices } from '../protocol.ts';

/** Choices as the engine takes them. Their names come from settings, which anybody can edit: the engine checks them. */
export function compressionChoices({ steps, ...choices }: Choices): CompressionChoices {
  return { ...choices, ...(steps === undefined ? {} : { steps }) } as CompressionChoices;
}
