"""A trained model as an ordinary Hugging Face folder: f16 weights in safetensors, its configuration, its tokenizer."""
import os

import torch

import vocabulary


def export(model, tokenizer, folder):
    os.makedirs(folder, exist_ok=True)
    model.to(torch.float16).save_pretrained(folder)
    # How to sample from it says nothing about the model, and is all that this file holds.
    os.remove(f'{folder}/generation_config.json')
    vocabulary.save(tokenizer, folder)
    for name in os.listdir(folder):
        os.chmod(f'{folder}/{name}', 0o644)
