"""A stand-in for transformers where it is not installed: the independent forward passes of test/fixtures, and the decoder
of tokenizers by bytes."""
import json
import pathlib
import re
import sys
from types import SimpleNamespace

import torch
from safetensors import safe_open

sys.path.append(str(pathlib.Path(__file__).parents[2] / 'fixtures'))
from decoders import BY_MODEL_TYPE  # noqa: E402


class AutoModelForCausalLM:
    @classmethod
    def from_pretrained(cls, folder, use_safetensors):
        assert use_safetensors  # pickles can run code
        model, folder = cls(), pathlib.Path(folder)
        config, weights = json.loads((folder / 'config.json').read_text()), {}
        for path in folder.glob('*.safetensors'):
            with safe_open(path, framework='pt') as file:
                weights.update((name, file.get_tensor(name).double()) for name in file.keys()
                               if file.header[name]['dtype'] in ('F32', 'F16', 'BF16'))
        model.network = BY_MODEL_TYPE[config['model_type']](config, weights)
        return model

    def float(self):
        return self

    def eval(self):
        return self

    def __call__(self, inputs_embeds):
        assert not torch.is_grad_enabled() and inputs_embeds.dtype == torch.float32
        (rows,) = inputs_embeds
        return SimpleNamespace(logits=self.network.logits(rows.double())[None])


def bytes_of_symbols():
    """GPT-2's table: bytes that print stand for themselves, the others follow from 256 on."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + i): byte for i, byte in enumerate(others)}


class AutoTokenizer:
    @classmethod
    def from_pretrained(cls, folder):
        tokenizer = cls()
        about = json.loads((pathlib.Path(folder) / 'tokenizer.json').read_text())
        tokenizer.tokens = {i: token for token, i in about['model']['vocab'].items()}
        tokenizer.added = {token['id']: token['content'] for token in about['added_tokens']}
        tokenizer.by_bytes = about['decoder']['type'] == 'ByteLevel'
        tokenizer.strips = any(step['type'] == 'Strip' for step in about['decoder'].get('decoders', []))
        return tokenizer

    def bytes(self, i):
        token = self.added.get(i, self.tokens.get(i, ''))
        if i in self.added and self.by_bytes:
            return token.encode()
        if self.by_bytes:
            return bytes(bytes_of_symbols()[symbol] for symbol in token)
        byte = re.fullmatch('<0x(..)>', token)
        return bytes.fromhex(byte[1]) if byte else token.replace('\u2581', ' ').encode()

    def decode(self, ids, skip_special_tokens, clean_up_tokenization_spaces):
        assert not skip_special_tokens and not clean_up_tokenization_spaces
        text = b''.join(self.bytes(i) for i in ids).decode(errors='replace')
        return text.removeprefix(' ') if self.strips else text
