import type { CompressionChoices } from '../../runtime/compression/options.ts';
import type { Choices } from '../protocol.ts';

/** Choices as the engine takes them. Their names come from settings, which anybody can edit: the engine checks them. */
export function compressionChoices({ budget, ...choices }: Choices): CompressionChoices {
  return { ...choices, ...(budget === undefined ? {} : { budget }) } as CompressionChoices;
}
