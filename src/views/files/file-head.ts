import { openRegular, readExactly } from '../../runtime/files/bounded.ts';

const lengthBytes = 8;
/** No file of ours has a longer header; see runtime/files/proto-file.ts, which checks all that is read here. */
const longestHeader = 16 * 2 ** 20;

/**
 * The header of a safetensors file of this machine, without its tensors, and the size of the whole file.
 *
 * @throws the system's error when it cannot be read; UserError when it is no regular file.
 */
export async function readFileHead(path: string): Promise<{ readonly file: Uint8Array; readonly size: number }> {
  const { handle, size } = await openRegular(path);
  try {
    const first = await readExactly(handle, 0, Math.min(size, lengthBytes));
    const { buffer, byteOffset } = first;
    const length = first.length < lengthBytes ? 0n : new DataView(buffer, byteOffset).getBigUint64(0, true);
    // Of something else, as much as it takes to see what it is.
    const wanted = length > longestHeader ? 4096 : Number(length);
    return { file: await readExactly(handle, 0, Math.min(size, lengthBytes + wanted)), size };
  } finally {
    await handle.close();
  }
}

/**
 * The beginning of a file of this machine, and the size of the whole file.
 *
 * @throws as `readFileHead`
 */
export async function readBeginning(
  path: string,
  mostBytes: number,
): Promise<{ readonly beginning: Uint8Array; readonly size: number }> {
  const { handle, size } = await openRegular(path);
  try {
    return { beginning: await readExactly(handle, 0, Math.min(size, mostBytes)), size };
  } finally {
    await handle.close();
  }
}
