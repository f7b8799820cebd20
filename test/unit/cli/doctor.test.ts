import { expect, test, vi } from 'vitest';
import type { DeviceState } from '../../../src/runtime/results/devices.ts';
import { output } from '../../support/command-line.ts';
import { temporaryFolder } from '../../support/paths.ts';

test('doctor says of each device whether it is used, and why not; and where models come from, but no token', async () => {
  const home = temporaryFolder();
  vi.stubEnv('HF_HOME', home);
  vi.stubEnv('HF_TOKEN', 'hf_secret');
  // No driver for Vulkan, whatever this machine has.
  vi.stubEnv('VK_DRIVER_FILES', '/nowhere.json');
  const [json, words] = await Promise.all([output(['doctor', '--json']), output(['doctor'])]);
  vi.unstubAllEnvs();
  const { devices, hub } = JSON.parse(json.toString()) as { devices: DeviceState[]; hub: Record<string, unknown> };
  expect(devices.map(({ device }) => device).sort()).toEqual(['cpu', 'cuda', 'dml', 'webgpu']);
  expect(devices.filter(({ state }) => state === 'used')).toHaveLength(1);
  const cpu = devices.find(({ device }) => device === 'cpu');
  expect(cpu?.gigaflops).toBeGreaterThan(0);
  for (const { state, reason, remedy, gigaflops } of devices) {
    if (state !== 'used') expect(reason).not.toBe('');
    if (state === 'unusable') expect(remedy).not.toBe('');
    expect(gigaflops === null).toBe(state === 'unusable' || state === 'absent');
  }
  expect(hub).toMatchObject({ token: true, models: 0, cache: expect.stringContaining(home) });
  expect(words.toString()).toMatch(/^ {2}(cpu|webgpu|cuda|dml) +is used \(\d+ GFLOP\/s\)$/m);
  expect(json.toString() + words.toString()).not.toContain('hf_secret');
});
