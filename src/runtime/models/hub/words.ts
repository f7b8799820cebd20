/** "377 MB", "2.5 GB" */
export const sizeText = (bytes: number): string =>
  bytes < 999.5e6 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;

/** "162 M", "1.24 B" */
export const parametersText = (count: number): string =>
  count < 999.5e6 ? `${Math.round(count / 1e6)} M` : `${(count / 1e9).toFixed(2)} B`;
