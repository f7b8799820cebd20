import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onnx } from 'onnx-proto';
import { normalNumbers } from '../../src/runtime/training/random.ts';

const width = 8;
const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'the', 'sea', 'was', 'calm', 'lamp', 'burn', '##ed', '.'];
const { DataType } = onnx.TensorProto;

/** Token ids of words, with what stands around a text. */
export const idsOf = (...tokens: readonly string[]): bigint[] =>
  ['[CLS]', ...tokens, '[SEP]'].map(token => BigInt(words.indexOf(token)));

const floats = (name: string, dims: readonly number[]): onnx.ITensorProto => {
  const values = normalNumbers(
    dims.reduce((product, extent) => product * extent, 1),
    [7],
    name,
  );
  return { name, dims: [...dims], dataType: DataType.FLOAT, rawData: new Uint8Array(values.buffer) };
};
const constant = (name: string, value: number): onnx.ITensorProto => ({
  name,
  dims: [],
  dataType: DataType.FLOAT,
  rawData: new Uint8Array(Float32Array.of(value).buffer),
});
const integers = (name: string, dims: readonly number[], values: readonly number[]): onnx.ITensorProto => ({
  name,
  dims: [...dims],
  dataType: DataType.INT64,
  rawData: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});
const node = (opType: string, input: readonly string[], output: string, attribute: onnx.IAttributeProto[] = []) => ({
  opType,
  input: [...input],
  output: [output],
  attribute,
});
const transposed: onnx.IAttributeProto = {
  name: 'perm',
  type: onnx.AttributeProto.AttributeType.INTS,
  ints: [0, 2, 1],
};
const toFloat: onnx.IAttributeProto = { name: 'to', type: onnx.AttributeProto.AttributeType.INT, i: DataType.FLOAT };

const value = (name: string, elemType: number, last: readonly onnx.TensorShapeProto.IDimension[] = []) => ({
  name,
  type: { tensorType: { elemType, shape: { dim: [{ dimParam: 'batch' }, { dimParam: 'tokens' }, ...last] } } },
});

/** One layer with one head, batch and length left open, as exporters write it. */
function modelBytes(): Uint8Array {
  const model = {
    irVersion: 10,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'bert',
      input: ['input_ids', 'attention_mask', 'token_type_ids'].map(name => value(name, DataType.INT64)),
      output: [value('last_hidden_state', DataType.FLOAT, [{ dimValue: width }])],
      initializer: [
        floats('words', [words.length, width]),
        floats('places', [32, width]),
        floats('kinds', [2, width]),
        ...['query_weight', 'key_weight', 'value_weight', 'output_weight'].map(name => floats(name, [width, width])),
        ...['scale1', 'shift1', 'scale2', 'shift2'].map(name => floats(name, [width])),
        constant('one', 1),
        constant('hidden', -1e4),
        constant('root', 1 / Math.sqrt(width)),
        integers('first', [], [0]),
        integers('second', [], [1]),
        integers('axis', [1], [1]),
      ],
      node: [
        node('Shape', ['input_ids'], 'shape'),
        node('Gather', ['shape', 'second'], 'length'),
        node('Range', ['first', 'length', 'second'], 'positions'),
        node('Gather', ['places', 'positions'], 'place'),
        node('Gather', ['words', 'input_ids'], 'word'),
        node('Gather', ['kinds', 'token_type_ids'], 'kind'),
        node('Add', ['word', 'place'], 'placed'),
        node('Add', ['placed', 'kind'], 'summed'),
        node('LayerNormalization', ['summed', 'scale1', 'shift1'], 'embedded'),
        node('MatMul', ['embedded', 'query_weight'], 'query'),
        node('MatMul', ['embedded', 'key_weight'], 'key'),
        node('MatMul', ['embedded', 'value_weight'], 'value'),
        node('Transpose', ['key'], 'keys', [transposed]),
        node('MatMul', ['query', 'keys'], 'products'),
        node('Mul', ['products', 'root'], 'scores'),
        node('Cast', ['attention_mask'], 'mask', [toFloat]),
        node('Sub', ['one', 'mask'], 'padding'),
        node('Mul', ['padding', 'hidden'], 'barred'),
        node('Unsqueeze', ['barred', 'axis'], 'bars'),
        node('Add', ['scores', 'bars'], 'open'),
        node('Softmax', ['open'], 'attention'),
        node('MatMul', ['attention', 'value'], 'mixed'),
        node('MatMul', ['mixed', 'output_weight'], 'attended'),
        node('Add', ['embedded', 'attended'], 'residual'),
        node('LayerNormalization', ['residual', 'scale2', 'shift2'], 'last_hidden_state'),
      ],
    },
  };
  return onnx.ModelProto.encode(model).finish();
}

const special = (content: string, id: number) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});

/** Files as all-MiniLM-L6-v2 has them. */
const tokenizer = {
  version: '1.0',
  truncation: { direction: 'Right', max_length: 16, strategy: 'LongestFirst', stride: 0 },
  padding: null,
  added_tokens: words.slice(0, 4).map(special),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(words.map((word, id) => [word, id])),
  },
};
const config = {
  architectures: ['BertModel'],
  model_type: 'bert',
  hidden_size: width,
  num_hidden_layers: 1,
  num_attention_heads: 1,
  intermediate_size: width,
  max_position_embeddings: 32,
  type_vocab_size: 2,
  vocab_size: words.length,
  pad_token_id: 0,
};
const tokenizerConfig = {
  tokenizer_class: 'BertTokenizer',
  do_lower_case: true,
  model_max_length: 16,
  pad_token: '[PAD]',
  unk_token: '[UNK]',
  cls_token: '[CLS]',
  sep_token: '[SEP]',
  mask_token: '[UNK]',
};

/** Writes a BERT of one small layer with random weights in the format of all-MiniLM-L6-v2; returns its ONNX bytes. */
export function writeSmallBert(folder: string): Uint8Array {
  mkdirSync(join(folder, 'onnx'), { recursive: true });
  const files = { 'config.json': config, 'tokenizer.json': tokenizer, 'tokenizer_config.json': tokenizerConfig };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(content));
  const bytes = modelBytes();
  writeFileSync(join(folder, 'onnx', 'model.onnx'), bytes);
  return bytes;
}
