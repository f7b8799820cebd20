import { type Model, openModel } from '../models/model.ts';
import type { DeviceChoice, DeviceName } from '../onnxruntime/device-names.ts';
import { type ChosenDevice, chooseDevice } from '../onnxruntime/device-probe.ts';
import { type MemoryPlan, planMemory } from '../onnxruntime/memory.ts';
import type { ModelRequest } from '../operations/operation.ts';
import { Sessions } from '../training/sessions.ts';

export interface LoadedModel {
  readonly model: Model;
  readonly parameters: number;
  readonly device: DeviceName;
  readonly deviceReason: string;
  readonly plan: MemoryPlan;
  readonly sessions: Sessions;
}

interface Held {
  readonly key: string;
  readonly loading: Promise<LoadedModel>;
  /** Work that uses it now. */
  readonly users: Set<Promise<unknown>>;
}

/**
 * The model in use, on the device in use. Another one takes its place as soon as nobody works with it any more: two
 * rarely fit, and are rarely wanted.
 */
export class ModelPool {
  private current: Held | undefined;
  private readonly devices = new Map<DeviceChoice, Promise<ChosenDevice>>();

  /**
   * Works with a model, which stays loaded until the work is done.
   *
   * @throws UserError when the model cannot be read, the device cannot be used or there is no memory.
   */
  async use<T>({ folder, device }: ModelRequest, work: (loaded: LoadedModel) => Promise<T> | T): Promise<T> {
    const key = JSON.stringify([folder, device]);
    if (this.current?.key !== key)
      this.current = { key, loading: this.replace(this.current, folder, device), users: new Set() };
    const { current } = this;
    const user = this.workWith(current, work);
    const quiet = user.catch(() => undefined);
    current.users.add(quiet);
    try {
      return await user;
    } finally {
      current.users.delete(quiet);
    }
  }

  private async workWith<T>(held: Held, work: (loaded: LoadedModel) => Promise<T> | T): Promise<T> {
    const loaded = await held.loading.catch(error => {
      // A model that could not be loaded is tried anew: its folder may have been mended.
      if (this.current === held) this.current = undefined;
      throw error;
    });
    return work(loaded);
  }

  private async replace(previous: Held | undefined, folder: string, choice: DeviceChoice): Promise<LoadedModel> {
    await Promise.all(previous?.users ?? []);
    await previous?.loading.then(
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
    // For the log of whoever runs the engine.
    console.info(`${model.id} is loaded from ${folder} on ${device}: ${reason}`);
    const sessions = new Sessions({ device, packWeights: plan.packWeights });
    return { model, parameters, device, deviceReason: reason, plan, sessions };
  }

  private chosen(choice: DeviceChoice): Promise<ChosenDevice> {
    const known = this.devices.get(choice) ?? chooseDevice(choice);
    this.devices.set(choice, known);
    return known;
  }
}
