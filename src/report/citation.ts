import { version } from '../../package.json';
import { type Block, heading, paragraph } from './document.ts';

const bibtex = `@misc{mezentsev2025exploring,
  title         = {Exploring the Latent Capacity of {LLMs} for One-Step Text Generation},
  author        = {Mezentsev, Gleb and Oseledets, Ivan},
  year          = {2025},
  eprint        = {2505.21189},
  archivePrefix = {arXiv},
  primaryClass  = {cs.CL},
  note          = {EMNLP 2025},
  url           = {https://arxiv.org/abs/2505.21189}
}`;

/** Whose idea it is, and what made the report. */
export const citation = (): readonly Block[] => [
  heading('Citation'),
  paragraph(
    'The method is that of the paper ',
    {
      link: 'https://arxiv.org/abs/2505.21189',
      label: 'Exploring the Latent Capacity of LLMs for One-Step Text Generation',
    },
    ` (arXiv 2505.21189). This report was written by Proto-Tokens ${version}.`,
  ),
  { kind: 'code', language: 'bibtex', text: bibtex },
];
