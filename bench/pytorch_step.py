"""The training step of `npm run bench -- step` in PyTorch eager: same shape, random frozen weights, forward and backward
to e and m alone through the cross-entropy. The first line of standard input is {config, threads}, each further one a
number of tokens; each is answered by a line of JSON: {version}, then {seconds}. So steps of both can be timed in turn.
"""

import json
import math
import sys
import time

import torch
import torch.nn.functional as F


def random_weight(*shape):
    return torch.empty(*shape).uniform_(-0.035, 0.035)


def turned(x, cos, sin):
    """Rotary embedding of the first dimensions of each head: x [heads, n, head size]."""
    width = cos.shape[-1]
    head, rest = x[..., :width], x[..., width:]
    left, right = head.chunk(2, dim=-1)
    mixed = head * cos + torch.cat((-right, left), dim=-1) * sin
    return torch.cat((mixed, rest), dim=-1) if rest.shape[-1] else mixed


def rotary_tables(n, width, base):
    frequencies = base ** (-torch.arange(0, width, 2).float() / width)
    angles = torch.outer(torch.arange(n).float(), frequencies)
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos(), angles.sin()


def attention(query, key, value):
    """[heads, n, head size] each -> [n, heads * head size]"""
    n, size = query.shape[-2:]
    scores = query @ key.transpose(-1, -2) / math.sqrt(size)
    future = torch.triu(torch.ones(n, n, dtype=torch.bool), diagonal=1)
    mixed = scores.masked_fill(future, float("-inf")).softmax(dim=-1) @ value
    return mixed.transpose(0, 1).reshape(n, -1)


class GptNeoX:
    def __init__(self, config):
        self.config = config
        d, wide = config["hidden_size"], config["intermediate_size"]

        def linear(rows, columns):
            return random_weight(rows, columns), random_weight(rows)

        self.layers = [
            {
                "norm1": (torch.ones(d), torch.zeros(d)),
                "norm2": (torch.ones(d), torch.zeros(d)),
                "fused": linear(3 * d, d),
                "dense": linear(d, d),
                "up": linear(wide, d),
                "down": linear(d, wide),
            }
            for _ in range(config["num_hidden_layers"])
        ]
        self.norm = (torch.ones(d), torch.zeros(d))
        self.head = random_weight(config["vocab_size"], d)

    def hidden(self, x):
        d, heads = self.config["hidden_size"], self.config["num_attention_heads"]
        size, epsilon = d // heads, self.config["layer_norm_eps"]
        cos, sin = rotary_tables(len(x), int(size * self.config["rotary_pct"]), self.config["rotary_emb_base"])
        for layer in self.layers:
            fused = F.linear(F.layer_norm(x, (d,), *layer["norm1"], epsilon), *layer["fused"])
            query, key, value = fused.view(-1, heads, 3 * size).transpose(0, 1).split(size, dim=-1)
            mixed = attention(turned(query, cos, sin), turned(key, cos, sin), value)
            wide = F.gelu(F.linear(F.layer_norm(x, (d,), *layer["norm2"], epsilon), *layer["up"]))
            x = x + F.linear(mixed, *layer["dense"]) + F.linear(wide, *layer["down"])
        return F.layer_norm(x, (d,), *self.norm, epsilon)


class Llama:
    def __init__(self, config):
        self.config = config
        d, wide, size = config["hidden_size"], config["intermediate_size"], config["head_dim"]
        heads, groups = config["num_attention_heads"], config["num_key_value_heads"]
        self.layers = [
            {
                "norm1": torch.ones(d),
                "norm2": torch.ones(d),
                "query": random_weight(heads * size, d),
                "key": random_weight(groups * size, d),
                "value": random_weight(groups * size, d),
                "out": random_weight(d, heads * size),
                "gate": random_weight(wide, d),
                "up": random_weight(wide, d),
                "down": random_weight(d, wide),
            }
            for _ in range(config["num_hidden_layers"])
        ]
        self.norm = torch.ones(d)
        self.head = random_weight(config["vocab_size"], d)

    def rms_norm(self, x, scale):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.config["rms_norm_eps"]) * scale

    def hidden(self, x):
        size, heads, groups = (self.config[k] for k in ("head_dim", "num_attention_heads", "num_key_value_heads"))
        cos, sin = rotary_tables(len(x), size, self.config["rope_theta"])
        for layer in self.layers:
            normed = self.rms_norm(x, layer["norm1"])
            query, key, value = (
                F.linear(normed, layer[name]).view(len(x), -1, size).transpose(0, 1) for name in ("query", "key", "value")
            )
            key = turned(key, cos, sin)
            key, value = (part.repeat_interleave(heads // groups, dim=0) for part in (key, value))
            x = x + F.linear(attention(turned(query, cos, sin), key, value), layer["out"])
            normed = self.rms_norm(x, layer["norm2"])
            x = x + F.linear(F.silu(F.linear(normed, layer["gate"])) * F.linear(normed, layer["up"]), layer["down"])
        return self.rms_norm(x, self.norm)


def step_seconds(model, tokens):
    d, vocabulary = model.config["hidden_size"], model.config["vocab_size"]
    targets = torch.randint(0, vocabulary, (tokens,))
    e, m = (torch.randn(d, requires_grad=True) for _ in range(2))
    start = time.perf_counter()
    rows = torch.cat((e.unsqueeze(0), m.expand(tokens - 1, d)))
    F.cross_entropy(F.linear(model.hidden(rows), model.head), targets).backward()
    return time.perf_counter() - start


def answer(value):
    print(json.dumps(value), flush=True)


def main():
    request = json.loads(sys.stdin.readline())
    torch.set_num_threads(request["threads"])
    config = request["config"]
    model = {"gpt_neox": GptNeoX, "llama": Llama}[config["model_type"]](config)
    answer({"version": torch.__version__})
    for line in sys.stdin:
        answer({"seconds": step_seconds(model, int(line))})


if __name__ == "__main__":
    main()
