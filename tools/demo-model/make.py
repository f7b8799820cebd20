"""From the corpus to the finished model folder, in one command.

    python3 make.py CORPUS OUT [--work FOLDER] [--shape NAME] [--tokens COUNT] [--batch WINDOWS] [--dropout SHARE] [--seed N]

Learns the tokenizer, trains, exports, and measures what two vectors hold at several points of the training. Everything
that is done already is found in the work folder and not done again, so the command can be broken off and repeated.
"""
import argparse
import json
import os
import pathlib

import torch
from transformers.utils import logging

import prepare
import train
from capacity_report import measured
from export import export

KEPT = (0.05, 0.1, 0.25, 0.5)


def stages(plan, folder, model):
    """(tokens seen, model) at each kept point of the training, the end last."""
    for share in KEPT:
        kept = train.fresh_model(plan)
        kept.load_state_dict(torch.load(f'{folder}/at-{round(100 * share)}.pt', map_location=train.device()))
        yield round(share * plan.tokens), kept
    yield round(plan.tokens), model


def main(options):
    plan = train.Plan(options.shape, options.tokens, batch=options.batch, dropout=options.dropout, seed=options.seed)
    size = int(options.shape.split('-')[2])
    folder = f'{options.work}/{options.shape}-{options.tokens:.0f}-{options.batch}-{options.dropout}-{options.seed}'
    tokenizer, training, developing = prepare.prepare(options.corpus, options.work, size)
    model = train.train(plan, training, developing, folder, keep=KEPT)
    export(model, tokenizer, options.out)
    report = pathlib.Path(f'{folder}/capacity.jsonl')
    done = {json.loads(line)['tokens'] for line in report.read_text().splitlines()} if report.exists() else set()
    held_out = torch.from_numpy(developing.astype('int32')).to(train.device())
    for tokens, stage in stages(plan, folder, model.float()):
        if tokens in done:
            continue
        line = dict(shape=options.shape, tokens=tokens, loss=round(train.held_out_loss(stage, held_out, plan), 3),
                    **measured(stage.eval(), tokenizer))
        with report.open('a') as file:
            file.write(json.dumps(line) + '\n')
        print(json.dumps(line), flush=True)


if __name__ == '__main__':
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('corpus')
    parser.add_argument('out')
    parser.add_argument('--work', default=os.path.join(os.path.dirname(__file__), '..', '..', '.cache', 'demo-model'))
    parser.add_argument('--shape', default='llama-768x2-4096')
    parser.add_argument('--tokens', type=float, default=110e6)
    parser.add_argument('--batch', type=int, default=128)
    parser.add_argument('--dropout', type=float, default=0.0)
    parser.add_argument('--seed', type=int, default=1)
    main(parser.parse_args())
