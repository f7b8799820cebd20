"""The measure of a model: how much English prose two vectors hold on it by both recipes, on texts to develop on."""
import torch

import capacity
import prepare


def measured(model, tokenizer, texts=16):
    """Lines of capacity.capacity for L-BFGS and for the paper's recipe."""
    torch.backends.cuda.matmul.allow_tf32 = False
    passages = prepare.passages(tokenizer, 'develop', 'prose', texts)
    return dict(lbfgs=capacity.capacity(model, passages, [32, 48, 64, 80], capacity.Lbfgs, 1000),
                paper=capacity.capacity(model, passages, [8, 12, 16], capacity.AdamW, 1500))
