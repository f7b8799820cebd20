import type { EveryShape, ShapedConstant } from '../graph/every-shape.ts';
import { type Feed, GraphSession, type SessionOptions, type Values } from './session.ts';

/** Shapes whose constants are kept: some megabytes for long texts. */
const shapesKept = 16;

/** A graph that has been loaded once and runs for every shape. */
export class ShapedSession<Shape> {
  /** By shape, those used last at the end. */
  private readonly constants = new Map<string, Readonly<Record<string, ShapedConstant>>>();

  private constructor(
    private readonly graph: EveryShape<Shape>,
    private readonly session: GraphSession,
  ) {}

  /** @throws as GraphSession.create does. */
  static async create<Shape>(graph: EveryShape<Shape>, options: SessionOptions): Promise<ShapedSession<Shape>> {
    return new ShapedSession(graph, await GraphSession.create(graph.serialized, options));
  }

  /** Runs the graph at a shape on the values of its inputs, by name; returns those of its outputs, or of the wanted ones. */
  run(
    shape: Shape,
    feeds: Readonly<Record<string, Feed>>,
    wanted?: readonly string[],
  ): Promise<ReadonlyMap<string, Values>> {
    return this.session.run({ ...feeds, ...this.prepare(shape) }, wanted);
  }

  /** Makes what the first run at a shape needs, some milliseconds. @returns the values of the inputs that depend on it */
  prepare(shape: Shape): Readonly<Record<string, ShapedConstant>> {
    const key = JSON.stringify(shape);
    const constants = this.constants.get(key) ?? this.graph.constantsFor(shape);
    this.constants.delete(key);
    this.constants.set(key, constants);
    const [oldest] = this.constants.keys();
    if (this.constants.size > shapesKept && oldest !== undefined) this.constants.delete(oldest);
    return constants;
  }

  endProfiling(): void {
    this.session.endProfiling();
  }

  dispose(): Promise<void> {
    return this.session.dispose();
  }
}
