import { Cancelled, NeedsWeights } from '../errors.ts';
import { placeOf } from '../models/folder-name.ts';
import { type Model, openModel } from '../models/model.ts';
import { type ChosenDevice, DeviceMemory } from '../onnxruntime/device-memory.ts';
import type { DeviceChoice, DeviceName } from '../onnxruntime/device-names.ts';
import { chooseDevice } from '../onnxruntime/device-probe.ts';
import { freeMemoryOn } from '../onnxruntime/free-memory.ts';
import type { MemoryPlan, ModelExtent } from '../onnxruntime/memory.ts';
import type { ModelRequest } from '../operations/operation.ts';
import type { PassedOver } from '../results/devices.ts';
import { Sessions } from '../training/sessions.ts';
import { extentOf, parametersOf, planFor } from './model-memory.ts';

/** A model on a device: its weights are held once, whichever way the device was asked for. */
interface HeldModel {
  readonly model: Model;
  readonly parameters: number;
  readonly device: DeviceName;
  readonly extent: ModelExtent;
  readonly plan: MemoryPlan;
  readonly sessions: Sessions;
}

export interface LoadedModel extends HeldModel {
  /** Why this device, and not another one. */
  readonly deviceReason: string;
  readonly otherDevices: readonly PassedOver[];
}

/** What has been made for each key. What failed is tried again at the next request: a folder may be complete by then. */
class Made<T> {
  private readonly byKey = new Map<string, Promise<T>>();

  get(key: string, make: () => Promise<T> | T): Promise<T> {
    const known = this.byKey.get(key);
    if (known) return known;
    const made = (async () => make())();
    this.byKey.set(key, made);
    made.catch(() => this.byKey.delete(key));
    return made;
  }
}

/** The models of one process, each opened once. They stay until the process ends, which `host.ts` decides about. */
export class ModelPool {
  private readonly opened = new Made<Model>();
  private readonly held = new Made<HeldModel>();
  private readonly devices = new Made<ChosenDevice>();
  private readonly remembered = new DeviceMemory();
  private readonly readsOnly: boolean;

  /** @param readsOnly whether no weights are ever held */
  constructor({ readsOnly = false }: { readonly readsOnly?: boolean } = {}) {
    this.readsOnly = readsOnly;
  }

  /**
   * Works with a model on a device.
   *
   * @param alone whether nothing else is loaded that could make room
   * @throws UserError when the model cannot be read, the device cannot be used or there is no memory; NoRoom as planFor;
   *   NeedsWeights in a process that only reads.
   */
  async use<T>(
    { folder, device: choice }: ModelRequest,
    work: (loaded: LoadedModel) => Promise<T> | T,
    alone = true,
  ): Promise<T> {
    if (this.readsOnly) throw new NeedsWeights();
    const model = await this.open(folder);
    const { device, reason, others } = await this.choose(choice);
    const key = JSON.stringify([placeOf(folder), device]);
    const held = await this.held.get(key, () => this.hold(model, { device, reason, others }, alone));
    try {
      return await work({ ...held, deviceReason: reason, otherDevices: others });
    } catch (error) {
      // A device that was found to work and fails now is tried anew by the next process.
      if (choice === 'auto' && device !== 'cpu' && !(error instanceof Cancelled)) await this.remembered.forget();
      throw error;
    }
  }

  /** Works with what needs no device: configuration and tokenizer. @throws UserError when the model cannot be read. */
  async read<T>(folder: string, work: (model: Model) => Promise<T> | T): Promise<T> {
    return work(await this.open(folder));
  }

  /** The device that "auto" takes. @param anew whether all are tried, whatever is remembered */
  async bestDevice(anew = false): Promise<DeviceName> {
    if (anew) await this.remembered.forget();
    return (await this.choose('auto')).device;
  }

  private open(folder: string): Promise<Model> {
    return this.opened.get(placeOf(folder), () => openModel(folder));
  }

  private choose(choice: DeviceChoice): Promise<ChosenDevice> {
    return this.devices.get(choice, () => chooseDevice(choice, { memory: this.remembered }));
  }

  private async hold(model: Model, { device, reason }: ChosenDevice, alone: boolean): Promise<HeldModel> {
    const extent = extentOf(model.config, model.checkpoint);
    const plan = planFor(model.id, extent, device, alone, await freeMemoryOn(device));
    // For the log of whoever runs the engine.
    console.info(
      `${model.id} is loaded from ${model.folder} on ${device}: ${reason}${plan.remark === null ? '' : `. ${plan.remark}`}`,
    );
    const sessions = new Sessions({ device, prepareWeights: plan.prepareWeights }, plan);
    return { model, parameters: parametersOf(model.config), device, extent, plan, sessions };
  }
}
