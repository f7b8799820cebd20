import { readFile } from 'node:fs/promises';

/** A number of /proc/PID/status ("Threads", "VmHWM" in kB, ...), or undefined where there is no such file (not Linux). */
export async function processStatus(field: string, pid: number | 'self' = 'self'): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const found = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
