import { Cancelled, NeedsWeights } from '../errors.ts';
import { placeOf } from '../models/folder-name.ts';
import { type Model, openModel } from '../models/model.ts';
import { type ChosenDevice, DeviceMemory } from '../onnxruntime/device-memory.ts';
import type { DeviceChoice, DeviceName } from '../onnxruntime/device-names.ts';
import { chooseDevice, diagnoseDevices } from '../onnxruntime/device-probe.ts';
import type { Try } from '../onnxruntime/device-trial.ts';
import { freeMemoryOn } from '../onnxruntime/free-memory.ts';
import type { TrainingMemory } from '../onnxruntime/memory.ts';
import type { ModelRequest } from '../operations/operation.ts';
import type { DeviceState, PassedOver } from '../results/devices.ts';
import { Sessions } from '../training/sessions.ts';
import { extentOf, parametersOf, planFor, planLooksFor, trainingNow } from './model-memory.ts';

/** A model on a device: its weights are held once, whichever way the device was asked for. */
interface HeldModel {
  readonly model: Model;
  readonly parameters: number;
  readonly device: DeviceName;
  readonly sessions: Sessions;
  /** What training takes: as planned, or, as long as the model has only been looked at, as it would be now. */
  readonly plan: TrainingMemory;
}

type LookedModel = Omit<HeldModel, 'plan'>;

export interface LoadedModel extends HeldModel {
  /** Why this device, and not another one. */
  readonly deviceReason: string;
  readonly otherDevices: readonly PassedOver[];
}

export interface PoolOptions {
  /** Whether no weights are ever held. */
  readonly readsOnly?: boolean;
  /** How devices are tried, of which the best is chosen; in this process when left out. */
  readonly attempt?: Try;
}

/** How a model is wanted. */
interface Wanted {
  /** Whether for a few forward passes only. */
  readonly looks?: boolean;
  /** Whether nothing else is loaded that could make room. */
  readonly alone?: boolean;
}

/** What has been made for each key. What failed is tried again at the next request: a folder may be complete by then. */
class Made<T> {
  private readonly byKey = new Map<string, Promise<T>>();

  known(key: string): Promise<T> | undefined {
    return this.byKey.get(key);
  }

  get(key: string, make: () => Promise<T> | T): Promise<T> {
    const known = this.byKey.get(key);
    if (known) return known;
    const made = (async () => make())();
    this.byKey.set(key, made);
    made.catch(() => this.byKey.delete(key));
    return made;
  }
}

/**
 * The models of one process, each opened once. They stay until the process ends, which `host.ts` decides about. Looks take
 * next to no memory on the processor, so there it is planned for training when something is first to be trained.
 */
export class ModelPool {
  private readonly opened = new Made<Model>();
  private readonly looked = new Made<LookedModel>();
  private readonly trained = new Made<HeldModel>();
  private readonly devices = new Made<ChosenDevice>();
  private readonly remembered = new DeviceMemory();

  constructor(private readonly options: PoolOptions = {}) {}

  /**
   * Works with a model on a device.
   *
   * @throws UserError when the model cannot be read, the device cannot be used or there is no memory; NoRoom as planFor;
   *   NeedsWeights in a process that only reads.
   */
  async use<T>(
    { folder, device: choice }: ModelRequest,
    work: (loaded: LoadedModel) => Promise<T> | T,
    { looks = false, alone = true }: Wanted = {},
  ): Promise<T> {
    if (this.options.readsOnly) throw new NeedsWeights();
    const model = await this.open(folder);
    const { device, reason, others } = await this.choose(choice);
    const held = await this.hold(model, { device, reason, others }, { looks, alone });
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

  /** What each device can do here. */
  diagnose(): Promise<DeviceState[]> {
    return diagnoseDevices(this.options);
  }

  private open(folder: string): Promise<Model> {
    return this.opened.get(placeOf(folder), () => openModel(folder));
  }

  private choose(choice: DeviceChoice): Promise<ChosenDevice> {
    return this.devices.get(choice, () =>
      chooseDevice(choice, { memory: this.remembered, ...(choice === 'auto' && this.options) }),
    );
  }

  private async hold(model: Model, chosen: ChosenDevice, { looks, alone }: Required<Wanted>): Promise<HeldModel> {
    const { device } = chosen;
    const key = JSON.stringify([placeOf(model.folder), device]);
    // A card holds the weights in one way only.
    if (!looks || device !== 'cpu')
      return await this.trained.get(key, () => this.holdToTrain(model, chosen, alone, this.looked.known(key)));
    const known = this.trained.known(key);
    // Where nothing is known nothing is waited for: a training that begins meanwhile would not find what is made here.
    const trained = known && (await known.catch(() => undefined));
    if (trained) return trained;
    const looked = await this.looked.get(key, () => this.holdToLook(model, chosen, alone));
    // More may be free than when it was opened, or less.
    const extent = extentOf(model.config, model.checkpoint);
    return { ...looked, plan: trainingNow(model.id, extent, device, await freeMemoryOn(device)) };
  }

  private async holdToLook(model: Model, { device, reason }: ChosenDevice, alone: boolean): Promise<LookedModel> {
    const [extent, free] = [extentOf(model.config, model.checkpoint), await freeMemoryOn(device)];
    const room = planLooksFor(model.id, extent, alone, free);
    noteHolding(model, device, reason);
    const sessions = new Sessions({ device, prepareWeights: false }, room);
    return { model, parameters: parametersOf(model.config), device, sessions };
  }

  /** @param looked what has been held so far for looks */
  private async holdToTrain(
    model: Model,
    { device, reason }: ChosenDevice,
    alone: boolean,
    looked: Promise<LookedModel> | undefined,
  ): Promise<HeldModel> {
    const held = await looked?.catch(() => undefined);
    const extent = extentOf(model.config, model.checkpoint);
    const plan = planFor(model.id, extent, device, alone, await freeMemoryOn(device));
    const { prepareWeights, remark } = plan;
    if (held) {
      if (remark !== null) console.info(`${model.id} is trained with. ${remark}`);
      held.sessions.extend(prepareWeights, plan);
      return { ...held, plan };
    }
    noteHolding(model, device, remark === null ? reason : `${reason}. ${remark}`);
    const sessions = new Sessions({ device, prepareWeights }, plan);
    return { model, parameters: parametersOf(model.config), device, sessions, plan };
  }
}

/** For the log of whoever runs the engine. */
function noteHolding({ id, folder }: Model, device: DeviceName, why: string): void {
  console.info(`${id} is loaded from ${folder} on ${device}: ${why}`);
}
