import type { Graph } from '../../src/runtime/graph/graph.ts';
import { serialize } from '../../src/runtime/graph/onnx.ts';
import { GraphSession, type SessionOptions, type Values } from '../../src/runtime/onnxruntime/session.ts';

/** Serializes a graph, loads it and returns a function that runs it. */
export async function load(
  graph: Graph,
  options: SessionOptions = { device: 'cpu', prepareWeights: true },
): Promise<(feeds: Readonly<Record<string, Values>>) => Promise<ReadonlyMap<string, Values>>> {
  const session = await GraphSession.create(serialize(graph), options);
  return feeds =>
    session.run(
      Object.fromEntries(
        graph.inputs.map(({ name, shape }) => {
          const values = feeds[name];
          if (!values) throw new Error(`no value for ${name}`);
          return [name, { values, shape }];
        }),
      ),
    );
}
