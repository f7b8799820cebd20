const millisecondsBetweenLines = 5000;

/** How long work stands, on stderr: one line that is written over where a person looks, one every few seconds else. */
export interface StatusLine {
  show(status: string): void;
  done(): void;
}

export function statusLine(): StatusLine {
  const { stderr } = process;
  let next = 0;
  return {
    show: status => {
      if (stderr.isTTY) stderr.write(`\r\x1b[K${status.slice(0, (stderr.columns || 80) - 1)}`);
      else if (performance.now() >= next) {
        next = performance.now() + millisecondsBetweenLines;
        stderr.write(`${status}\n`);
      }
    },
    done: () => {
      if (stderr.isTTY) stderr.write('\r\x1b[K');
    },
  };
}
