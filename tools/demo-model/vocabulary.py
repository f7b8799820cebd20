"""A byte-level BPE tokenizer in the ordinary Hugging Face files, and text encoded with it."""
import json

import numpy as np
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

END, PAD = '<|endoftext|>', '<|pad|>'
CONTEXT = 1024


def learn(documents, size):
    """A tokenizer of `size` tokens; END is 0 and PAD is 1."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.ByteLevel()
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(documents, trainers.BpeTrainer(
        vocab_size=size, special_tokens=[END, PAD], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return tokenizer


def encode(tokenizer, documents):
    """All documents in a row as uint16 token ids, each ended by END."""
    rows = [np.array([*encoding.ids, 0], dtype=np.uint16) for encoding in tokenizer.encode_batch(documents)]
    return np.concatenate(rows)


def save(tokenizer, folder):
    tokenizer.save(f'{folder}/tokenizer.json')
    settings = dict(tokenizer_class='PreTrainedTokenizerFast', bos_token=END, eos_token=END, pad_token=PAD,
                    model_max_length=CONTEXT, clean_up_tokenization_spaces=False)
    with open(f'{folder}/tokenizer_config.json', 'w') as file:
        json.dump(settings, file, indent=1)
