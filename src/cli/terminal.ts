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

const figures = ({ loss, correct, tokens, secondsLeft }: CompressionProgress) => ({
  loss: loss?.toFixed(3) ?? '-',
  accuracy: `${((100 * correct) / tokens).toFixed(1)} %`,
  left: secondsLeft === undefined ? '-' : clock(secondsLeft),
});

/** A bar where a person looks, a line every few seconds where a file does. Always on stderr: stdout is for results. */
export function progressView(): ProgressView {
  return process.stderr.isTTY ? bar() : lines();
}

function bar(): ProgressView {
  const view = new SingleBar(
    {
      format: '{bar} {value}/{total} tokens right | loss {loss} | {evaluations} evaluations | {left} left',
      hideCursor: true,
      stream: process.stderr,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    show: progress => {
      // Between two trainings no segment has a loss: the bar keeps the last one.
      const { loss, ...others } = { ...figures(progress), evaluations: progress.evaluations };
      if (!started) view.start(progress.tokens, progress.correct, { loss, ...others });
      else view.update(progress.correct, progress.loss === undefined ? others : { loss, ...others });
      started = true;
    },
    done: () => view.stop(),
  };
}

const secondsBetweenLines = 5;

function lines(): ProgressView {
  let next = 0;
  return {
    show: progress => {
      if (progress.seconds < next) return;
      next = progress.seconds + secondsBetweenLines;
      const { loss, accuracy, left } = figures(progress);
      process.stderr.write(
        `${clock(progress.seconds)} accuracy ${accuracy} (${progress.correct} of ${counted(progress.tokens, 'token')}), loss ${loss}, ${counted(progress.evaluations, 'evaluation')}, ${left} left\n`,
      );
    },
    done: () => undefined,
  };
}
