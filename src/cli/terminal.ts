import { Presets, SingleBar } from 'cli-progress';
import { clock } from '../runtime/clock.ts';
import { counted } from '../runtime/counted.ts';
import type { CompressionProgress } from '../runtime/results/compression.ts';

/** "1,234 bytes" */
export function bytes(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'byte' : 'bytes'}`;
}

export interface ProgressView {
  show(progress: CompressionProgress): void;
  done(): void;
}

const figures = ({ loss, correct, tokens, evaluations, secondsLeft }: CompressionProgress) => ({
  loss: loss?.toFixed(3) ?? '-',
  accuracy: `${((100 * correct) / tokens).toFixed(1)} %`,
  right: correct.toLocaleString('en'),
  all: tokens.toLocaleString('en'),
  text: counted(tokens, 'token'),
  evaluations: counted(evaluations, 'evaluation'),
  left: secondsLeft === undefined ? '-' : clock(secondsLeft),
});

/** A bar where a person looks, a line every few seconds where a file does. Always on stderr: stdout is for results. */
export function progressView(): ProgressView {
  return process.stderr.isTTY ? oneLine() : lines();
}

/** Where its words and a bar of this size fit. */
const longestBar = 40;
const shortestBar = 8;

/**
 * What the line of progress shows in a terminal of so many columns: a bar in the room that its words leave, and where there
 * is none the words alone.
 */
export function barFormat(columns: number, tokens: number): { readonly format: string; readonly barsize: number } {
  const words = '{right} of {text} right | loss {loss} | {evaluations} | {left} left';
  const longest = `${tokens.toLocaleString('en')} of ${counted(tokens, 'token')} right | loss 12.345 | 1234 evaluations | 12:34 left`;
  const barsize = Math.min(longestBar, columns - longest.length - 2);
  if (barsize >= shortestBar) return { format: `{bar} ${words}`, barsize };
  return { format: columns > longest.length ? words : '{right}/{all} right | {evaluations}', barsize: 0 };
}

function bar(tokens: number): SingleBar {
  return new SingleBar(
    {
      ...barFormat(process.stderr.columns || 80, tokens),
      hideCursor: true,
      stream: process.stderr,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
}

function oneLine(): ProgressView {
  let view: SingleBar | undefined;
  return {
    show: progress => {
      // Between two trainings no segment has a loss: the bar keeps the last one.
      const { loss, ...others } = figures(progress);
      if (view) view.update(progress.correct, progress.loss === undefined ? others : { loss, ...others });
      else {
        view = bar(progress.tokens);
        view.start(progress.tokens, progress.correct, { loss, ...others });
      }
    },
    done: () => view?.stop(),
  };
}

const secondsBetweenLines = 5;

function lines(): ProgressView {
  let next = 0;
  return {
    show: progress => {
      if (progress.seconds < next) return;
      next = progress.seconds + secondsBetweenLines;
      const { loss, accuracy, right, text, evaluations, left } = figures(progress);
      process.stderr.write(
        `${clock(progress.seconds)} accuracy ${accuracy} (${right} of ${text}), loss ${loss}, ${evaluations}, ${left} left\n`,
      );
    },
    done: () => undefined,
  };
}
