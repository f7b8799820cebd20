"""What a shape is worth: trains it for a while, then measures how much two vectors hold on it, on developing texts.

    python3 sweep.py CORPUS WORK SHAPE TOKENS [name=value ...]

Names are those of train.Plan. Appends one line of JSON to WORK/sweep.jsonl.
"""
import json
import sys
import time

import torch

import prepare
import train
from capacity_report import measured

if __name__ == '__main__':
    source, work, name, tokens, *settings = sys.argv[1:]
    settings = {key: type(getattr(train.Plan, key))(value) for key, value in (setting.split('=') for setting in settings)}
    plan = train.Plan(name, float(tokens), **settings)
    tokenizer, training, developing = prepare.prepare(source, work, int(name.split('-')[2]))
    begun = time.time()
    model = train.train(plan, training, developing, f'{work}/{name}-{tokens}{"".join(map(str, settings.values()))}')
    seconds = time.time() - begun
    loss = train.held_out_loss(model, torch.from_numpy(developing.astype('int32')).to(train.device()), plan)
    line = dict(shape=name, tokens=plan.tokens, **settings, parameters=sum(p.numel() for p in model.parameters()),
                loss=round(loss, 3), seconds=round(seconds), **measured(model.float(), tokenizer), all=round(time.time() - begun))
    with open(f'{work}/sweep.jsonl', 'a') as file:
        file.write(json.dumps(line) + '\n')
    print(json.dumps(line), flush=True)
