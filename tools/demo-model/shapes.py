"""The shapes that were tried, by name, as configurations of transformers."""
from transformers import GPTNeoXConfig, LlamaConfig

from vocabulary import CONTEXT

SPECIAL = dict(bos_token_id=0, eos_token_id=0, pad_token_id=1, max_position_embeddings=CONTEXT)


def llama(width, layers, vocabulary, head=64):
    """Grouped-query attention with two query heads to a key, a feed-forward part of 8/3 of the width, tied embeddings."""
    heads = width // head
    return LlamaConfig(
        vocab_size=vocabulary, hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads,
        num_key_value_heads=max(1, heads // 2), head_dim=head, intermediate_size=round(width * 8 / 3 / 64) * 64,
        rms_norm_eps=1e-5, tie_word_embeddings=True, attention_bias=False, mlp_bias=False, **SPECIAL)


def neox(width, layers, vocabulary, head=64):
    """As Pythia: parallel residuals, a quarter of each head rotated, untied embeddings."""
    return GPTNeoXConfig(
        vocab_size=vocabulary, hidden_size=width, num_hidden_layers=layers, num_attention_heads=width // head,
        intermediate_size=4 * width, rotary_pct=0.25, use_parallel_residual=True, tie_word_embeddings=False, **SPECIAL)


def shape(name):
    """'llama-384x6-4096' is a Llama 384 wide, of 6 layers, with 4096 tokens; a fourth number is the width of a head."""
    family, size, *rest = name.split('-')
    width, layers = map(int, size.split('x'))
    make = {'llama': llama, 'neox': neox}[family]
    return make(width, layers, *map(int, rest))
