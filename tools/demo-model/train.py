"""Trains a language model from scratch on encoded text.

AdamW (betas 0.9 and 0.95, decay 0.1 on matrices), a short warm-up, a constant rate, and a linear descent over the last
40 % of the steps. The order of the data and the first weights come from the seed alone, and a checkpoint holds all else,
so a run that was broken off goes on as if nothing had happened.
"""
import json
import math
import os
import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass

import numpy as np
import torch
import torch.nn.functional as F
from transformers import AutoModelForCausalLM

from shapes import shape


@dataclass(frozen=True)
class Plan:
    """Everything that decides what a run comes to."""
    shape: str
    tokens: float  # to be trained on, repetitions counted
    rate: float = 2e-3
    decay: float = 0.1
    dropout: float = 0.0  # of the embedded tokens
    context: int = 256
    batch: int = 256  # windows in a step
    seed: int = 1


def device():
    return torch.device('cuda' if torch.cuda.is_available() else 'cpu')


def fresh_model(plan):
    """The untrained model: normal weights of 0.02, those that write to the residual stream scaled down by its depth."""
    torch.manual_seed(plan.seed)
    model = AutoModelForCausalLM.from_config(shape(plan.shape), attn_implementation='sdpa')
    for name, parameter in model.named_parameters():
        if parameter.dim() == 2:
            writes = any(part in name for part in ('o_proj', 'down_proj', 'attention.dense', 'dense_4h_to_h'))
            scale = math.sqrt(2 * model.config.num_hidden_layers) if writes else 1
            torch.nn.init.normal_(parameter, std=0.02 / scale)
    return model.to(device())


def window_starts(count, plan, epoch):
    """Where the windows of one pass over the data begin: a shifted grid in a shuffled order."""
    generator = torch.Generator().manual_seed(plan.seed * 1000 + epoch)
    shift = int(torch.randint(plan.context, (1,), generator=generator))
    windows = (count - 1 - shift) // plan.context
    return shift + torch.randperm(windows, generator=generator) * plan.context


def batches(tokens, plan, from_step):
    """Endless batches of [batch, context + 1] token ids, from a given step on."""
    offsets = torch.arange(plan.context + 1)
    per_epoch = len(window_starts(len(tokens), plan, 0)) // plan.batch - 1
    step = from_step
    while True:
        epoch, first = divmod(step, per_epoch)
        starts = window_starts(len(tokens), plan, epoch)
        for place in range(first, per_epoch):
            chosen = starts[place * plan.batch:(place + 1) * plan.batch]
            yield tokens[(chosen[:, None] + offsets).to(tokens.device)].long()
            step += 1


def rate_at(step, steps, plan):
    warm = min(1, (step + 1) / max(1, min(200, steps // 20)))
    return plan.rate * warm * min(1, max(0.02, (1 - step / steps) / 0.4))


def embed(model, tokens, plan):
    embedded = model.get_input_embeddings()(tokens)
    return F.dropout(embedded, plan.dropout) if plan.dropout and model.training else embedded


def precision():
    return torch.autocast('cuda', torch.bfloat16) if torch.cuda.is_available() else nullcontext()


def loss_of(model, batch, plan):
    with precision():
        logits = model(inputs_embeds=embed(model, batch[:, :-1], plan), use_cache=False).logits
        return F.cross_entropy(logits.flatten(0, 1).float(), batch[:, 1:].flatten())


@torch.no_grad()
def held_out_loss(model, tokens, plan, windows=256):
    """Mean nll in nats a token over evenly spread windows of held-out text."""
    model.eval()
    torch.compiler.set_stance('force_eager')  # a few batches are not worth compiling another graph
    starts = torch.linspace(0, len(tokens) - plan.context - 2, windows).long()
    rows = tokens[(starts[:, None] + torch.arange(plan.context + 1)).to(tokens.device)].long()
    loss = sum(loss_of(model, part, plan).item() * len(part) for part in rows.split(32)) / windows
    torch.compiler.set_stance('default')
    model.train()
    return loss


def train(plan, training, held_out, folder, every=250, keep=(), log=print):
    """The trained model.

    `training` and `held_out` are arrays of token ids. Writes `checkpoint.pt` and `log.jsonl` to `folder` and starts
    from a checkpoint found there; `keep` names shares of the run at which the weights are kept as `at-<percent>.pt`.
    """
    os.makedirs(folder, exist_ok=True)
    place = device()
    training, held_out = (torch.from_numpy(ids.astype(np.int32)).to(place) for ids in (training, held_out))
    model = fresh_model(plan)
    matrices = [p for p in model.parameters() if p.dim() == 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    groups = [dict(params=matrices, weight_decay=plan.decay), dict(params=vectors, weight_decay=0.0)]
    optimizer = torch.optim.AdamW(groups, lr=plan.rate, betas=(0.9, 0.95), fused=place.type == 'cuda')
    steps, step = max(1, round(plan.tokens / (plan.batch * plan.context))), 0
    if os.path.exists(f'{folder}/checkpoint.pt'):
        state = torch.load(f'{folder}/checkpoint.pt', map_location=place)
        if state['plan'] != asdict(plan):
            raise SystemExit(f'{folder} holds a checkpoint of another plan; empty it or name another folder')
        model.load_state_dict(state['model'])
        optimizer.load_state_dict(state['optimizer'])
        step = state['step']
    if place.type == 'cuda':
        torch.backends.cuda.matmul.allow_tf32 = True
        for block in (model.model if hasattr(model, 'model') else model.gpt_neox).layers:
            block.compile()
    begun, first, kept = time.time(), step, {round(share * steps): share for share in keep}
    for batch in batches(training, plan, step):
        if step >= steps:
            break
        for group in optimizer.param_groups:
            group['lr'] = rate_at(step, steps, plan)
        loss = loss_of(model, batch, plan)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        if step in kept:
            torch.save(model.state_dict(), f'{folder}/at-{round(100 * kept[step])}.pt')
        if step % every == 0 or step == steps:
            speed = (step - first) * plan.batch * plan.context / (time.time() - begun)
            record = dict(step=step, tokens=step * plan.batch * plan.context, loss=round(loss.item(), 4),
                          held_out=round(held_out_loss(model, held_out, plan), 4), tokens_per_second=round(speed))
            with open(f'{folder}/log.jsonl', 'a') as file:
                file.write(json.dumps(record) + '\n')
            log(plan.shape, record, flush=True)
            state = dict(plan=asdict(plan), model=model.state_dict(), optimizer=optimizer.state_dict(), step=step)
            torch.save(state, f'{folder}/checkpoint.part')
            os.replace(f'{folder}/checkpoint.part', f'{folder}/checkpoint.pt')
    trained = fresh_model(plan)  # one that is not compiled: its user has other shapes
    trained.load_state_dict(model.state_dict())
    return trained.eval()
