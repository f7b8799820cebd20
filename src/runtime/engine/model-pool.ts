import { type Model, openModel } from '../models/model.ts';
import type { DeviceChoice, DeviceName } from '../onnxruntime/device-names.ts';
import { type ChosenDevice, chooseDevice } from '../onnxruntime/device-probe.ts';
import { type MemoryPlan, planMemory } from '../onnxruntime/memory.ts';
import { SessionCache } from '../onnxruntime/session-cache.ts';
import type { ModelRequest } from './protocol.ts';

export interface LoadedModel {
  readonly model: Model;
  readonly parameters: number;
  readonly device: DeviceName;
  readonly deviceReason: string;
  readonly plan: MemoryPlan;
  readonly sessions: SessionCache;
}

/** The model in use, on the device in use. Another one takes its place: two rarely fit, and are rarely wanted. */
export class ModelPool {
  private current: { key: string; loading: Promise<LoadedModel> } | undefined;
  private readonly devices = new Map<DeviceChoice, Promise<ChosenDevice>>();

  /** @throws UserError when the model cannot be read, the device cannot be used or there is no memory. */
  async get({ folder, device }: ModelRequest): Promise<LoadedModel> {
    const key = JSON.stringify([folder, device]);
    if (this.current?.key !== key) {
      const previous = this.current?.loading;
      this.current = { key, loading: this.replace(previous, folder, device) };
    }
    const { current } = this;
    try {
      return await current.loading;
    } catch (error) {
      // A model that could not be loaded is tried anew: its folder may have been mended.
      if (this.current === current) this.current = undefined;
      throw error;
    }
  }

  private async replace(
    previous: Promise<LoadedModel> | undefined,
    folder: string,
    choice: DeviceChoice,
  ): Promise<LoadedModel> {
    await previous?.then(
      ({ sessions }) => sessions.dispose(),
      () => undefined,
    );
    const model = await openModel(folder);
    const { device, reason } = await this.chosen(choice);
    const tensors = [...model.checkpoint.tensors.values()];
    const parameters = tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    const plan = planMemory(
      device,
      parameters,
      tensors.every(({ dtype }) => dtype === 'F32'),
    );
    const sessions = new SessionCache({ device, packWeights: plan.packWeights }, plan.sessions);
    return { model, parameters, device, deviceReason: reason, plan, sessions };
  }

  private chosen(choice: DeviceChoice): Promise<ChosenDevice> {
    const known = this.devices.get(choice) ?? chooseDevice(choice);
    this.devices.set(choice, known);
    return known;
  }
}
