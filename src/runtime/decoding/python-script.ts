import type { ArrangementName } from '../training/arrangement.ts';

/** Where a library for Python finds the model. */
export type ModelSource =
  | { readonly folder: string; readonly name?: undefined }
  | { readonly folder?: undefined; readonly name: string; readonly revision: string };

/** Which vector stands at each position, as an expression of Python: 0 for e, 1 for m, n for the tokens of the segment. */
export const kindsInPython: Readonly<Record<ArrangementName, string>> = {
  'e-repeated': '[0] * n',
  'e-half-m-half': '[0] * ((n + 1) // 2) + [1] * (n // 2)',
  'e-m-alternating': '[i % 2 for i in range(n)]',
  'e-unguided-m-repeated': '[0] + [1] * n',
  'e-m-repeated': '[0] + [1] * (n - 1)',
};

/** A string of Python: JSON's form is one of them, as every other line break is written out. */
const quoted = (text: string): string => JSON.stringify(text).replace(/[\u{7f}-\u{10ffff}]/gu, escaped);
function escaped(character: string): string {
  const number = (character.codePointAt(0) ?? 0).toString(16);
  return number.length > 4 ? `\\U${number.padStart(8, '0')}` : `\\u${number.padStart(4, '0')}`;
}

/**
 * A script for Python that emits the text of a .proto file by `safetensors` and `transformers` alone, and checks that it is
 * the exact one. It shows all that decoding takes.
 *
 * @param file path of the .proto file, seen from the script
 */
export function pythonScript(file: string, arrangement: ArrangementName, source: ModelSource): string {
  const model =
    source.folder === undefined ? `${quoted(source.name)}, revision=${quoted(source.revision)}` : quoted(source.folder);
  return `# Emits a text from two vectors in one forward pass. Needs: pip install torch transformers safetensors
import hashlib, json, pathlib, sys
import torch
from safetensors import safe_open
from transformers import AutoModelForCausalLM, AutoTokenizer

with safe_open(pathlib.Path(__file__).parent / ${quoted(file)}, framework="pt") as file:
    about = {key: json.loads(value) for key, value in file.metadata().items() if key != "format"}
    e, m = file.get_tensor("e").float(), file.get_tensor("m").float()
model = AutoModelForCausalLM.from_pretrained(${model}, use_safetensors=True).float().eval()
tokenizer = AutoTokenizer.from_pretrained(${model})

ids = []
for segment, n in enumerate(about["segmentLengths"]):
    vectors = torch.stack([e[segment], m[segment if len(m) > 1 else 0]])
    positions = ${kindsInPython[arrangement]}  # ${arrangement}: 0 is e, 1 is m
    with torch.no_grad():
        logits = model(inputs_embeds=vectors[positions][None]).logits[0]
    ids += logits[-n:].argmax(dim=-1).tolist()
for position, token in about["corrections"]:  # what the forward pass gets wrong
    ids[position] = token

text = tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False)
units = text.encode("utf-16-le", "surrogatepass")
for patch in reversed(about["text"]["patches"]):  # what the tokenizer does not give back
    units = units[: 2 * patch["start"]] + patch["text"].encode("utf-16-le", "surrogatepass") + units[2 * patch["end"] :]
sys.stdout.buffer.write(units.decode("utf-16-le", "surrogatepass").encode("utf-8", "replace"))
if hashlib.sha256(units).hexdigest() != about["text"]["sha256"]:
    sys.exit("This is not the exact text: the model is another one, or this machine rounds differently.")
`;
}
