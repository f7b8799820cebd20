"""The corpus as token ids, made once for each size of vocabulary and kept in a folder for work."""
import json
import os
import pathlib

import numpy as np
from tokenizers import Tokenizer

import corpus
import vocabulary

PASSAGES = pathlib.Path(__file__).parents[2] / 'bench' / 'passages.json'


def prepare(source, work, size):
    """(tokenizer, training ids, ids of held-out text to develop on)."""
    folder = f'{work}/vocabulary-{size}'
    os.makedirs(folder, exist_ok=True)
    if not os.path.exists(f'{folder}/done'):
        training, developing, _ = corpus.split(corpus.read(source))
        tokenizer = vocabulary.learn(training, size)
        vocabulary.save(tokenizer, folder)
        vocabulary.encode(tokenizer, training).tofile(f'{folder}/training.bin')
        vocabulary.encode(tokenizer, developing).tofile(f'{folder}/developing.bin')
        pathlib.Path(f'{folder}/done').touch()
    ids = (np.fromfile(f'{folder}/{name}.bin', dtype=np.uint16) for name in ('training', 'developing'))
    return Tokenizer.from_file(f'{folder}/tokenizer.json'), *ids


def passages(tokenizer, purpose, kind, count):
    """The first passages of one kind as token ids; purpose is 'develop' or 'judge'."""
    texts = json.loads(PASSAGES.read_text(encoding='utf8'))[purpose][kind][:count]
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]
