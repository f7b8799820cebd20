import { Cancelled } from '../errors.ts';
import { type Model, openModel } from '../models/model.ts';
import { type ChosenDevice, DeviceMemory } from '../onnxruntime/device-memory.ts';
import type { DeviceChoice, DeviceName } from '../onnxruntime/device-names.ts';
import { chooseDevice } from '../onnxruntime/device-probe.ts';
import type { MemoryPlan, ModelExtent } from '../onnxruntime/memory.ts';
import type { ModelRequest } from '../operations/operation.ts';
import type { PassedOver } from '../results/devices.ts';
import { Sessions } from '../training/sessions.ts';
import { extentOf, parametersOf, planFor } from './model-memory.ts';

export interface LoadedModel {
  readonly model: Model;
  readonly parameters: number;
  readonly device: DeviceName;
  readonly deviceReason: string;
  readonly otherDevices: readonly PassedOver[];
  readonly extent: ModelExtent;
  readonly plan: MemoryPlan;
  readonly sessions: Sessions;
}

/** What has been made for each key. What failed is tried again at the next request: a folder may be complete by then. */
class Made<T> {
  private readonly byKey = new Map<string, Promise<T>>();

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.byKey.get(key);
    if (known) return known;
    const made = make();
    this.byKey.set(key, made);
    made.catch(() => this.byKey.delete(key));
    return made;
  }
}

/** The models of one process, each opened once. They stay until the process ends, which `host.ts` decides about. */
export class ModelPool {
  private readonly opened = new Made<Model>();
  private readonly loaded = new Made<LoadedModel>();
  private readonly devices = new Made<ChosenDevice>();
  private readonly remembered = new DeviceMemory();

  /**
   * Works with a model on a device.
   *
   * @param alone whether nothing else is loaded that could make room
   * @throws UserError when the model cannot be read, the device cannot be used or there is no memory; NoRoom as planFor.
   */
  async use<T>(
    { folder, device }: ModelRequest,
    work: (loaded: LoadedModel) => Promise<T> | T,
    alone = true,
  ): Promise<T> {
    const key = JSON.stringify([folder, device]);
    const loaded = await this.loaded.get(key, () => this.load(folder, device, alone));
    try {
      return await work(loaded);
    } catch (error) {
      // A device that was found to work and fails now is tried anew by the next process.
      if (device === 'auto' && loaded.device !== 'cpu' && !(error instanceof Cancelled)) await this.remembered.forget();
      throw error;
    }
  }

  /** Works with what needs no device: configuration and tokenizer. @throws UserError when the model cannot be read. */
  async read<T>(folder: string, work: (model: Model) => Promise<T> | T): Promise<T> {
    return work(await this.opened.get(folder, () => openModel(folder)));
  }

  private async load(folder: string, choice: DeviceChoice, alone: boolean): Promise<LoadedModel> {
    const model = await this.opened.get(folder, () => openModel(folder));
    const { device, reason, others } = await this.devices.get(choice, () =>
      chooseDevice(choice, { memory: this.remembered }),
    );
    const extent = extentOf(model.config, model.checkpoint);
    const plan = planFor(model.id, extent, device, alone);
    // For the log of whoever runs the engine.
    console.info(
      `${model.id} is loaded from ${folder} on ${device}: ${reason}${plan.remark === null ? '' : `. ${plan.remark}`}`,
    );
    const sessions = new Sessions({ device, packWeights: plan.packWeights }, plan.mostPositions);
    return {
      model,
      parameters: parametersOf(model.config),
      device,
      deviceReason: reason,
      otherDevices: others,
      extent,
      plan,
      sessions,
    };
  }
}
