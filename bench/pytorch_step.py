"""The training step of `npm run bench -- step` and `-- devices` in PyTorch eager: same shape, random frozen weights, forward
and backward to e and m alone through the cross-entropy. The first line of standard input is {config, threads, device,
precision, transformers}, each further one {tokens, batch}; each is answered by a line of JSON: {version, implementation},
then {seconds, memory}, or {error}. So steps of both can be timed in turn. The model is that of `transformers` where that is
asked for and installed, else a plain one.
"""

import json
import math
import sys
import time

import torch
import torch.nn.functional as F


place = {}


def random_weight(*shape):
    return torch.empty(*shape, **place).uniform_(-0.035, 0.035)


def ones(n):
    return torch.ones(n, **place)


def zeros(n):
    return torch.zeros(n, **place)


def turned(x, cos, sin):
    """Rotary embedding of the first dimensions of each head: x [batch, heads, n, head size]."""
    width = cos.shape[-1]
    head, rest = x[..., :width], x[..., width:]
    left, right = head.chunk(2, dim=-1)
    mixed = head * cos + torch.cat((-right, left), dim=-1) * sin
    return torch.cat((mixed, rest), dim=-1) if rest.shape[-1] else mixed


def rotary_tables(n, width, base):
    frequencies = base ** (-torch.arange(0, width, 2).float() / width)
    angles = torch.outer(torch.arange(n).float(), frequencies)
    angles = torch.cat((angles, angles), dim=-1)
    return angles.cos().to(**place), angles.sin().to(**place)


def attention(query, key, value):
    """[batch, heads, n, head size] each -> [batch, n, heads * head size]"""
    n, size = query.shape[-2:]
    scores = query @ key.transpose(-1, -2) / math.sqrt(size)
    future = torch.triu(torch.ones(n, n, dtype=torch.bool, device=query.device), diagonal=1)
    mixed = scores.masked_fill(future, float("-inf")).softmax(dim=-1) @ value
    return mixed.transpose(1, 2).flatten(2)


def by_head(x, heads):
    """[batch, n, heads * size] -> [batch, heads, n, size]"""
    return x.unflatten(-1, (heads, -1)).transpose(1, 2)


class GptNeoX:
    def __init__(self, config):
        self.config = config
        d, wide = config["hidden_size"], config["intermediate_size"]

        def linear(rows, columns):
            return random_weight(rows, columns), random_weight(rows)

        self.layers = [
            {
                "norm1": (ones(d), zeros(d)),
                "norm2": (ones(d), zeros(d)),
                "fused": linear(3 * d, d),
                "dense": linear(d, d),
                "up": linear(wide, d),
                "down": linear(d, wide),
            }
            for _ in range(config["num_hidden_layers"])
        ]
        self.norm = (ones(d), zeros(d))
        self.head = random_weight(config["vocab_size"], d)

    def hidden(self, x):
        d, heads = self.config["hidden_size"], self.config["num_attention_heads"]
        size, epsilon = d // heads, self.config["layer_norm_eps"]
        cos, sin = rotary_tables(x.shape[1], int(size * self.config["rotary_pct"]), self.config["rotary_emb_base"])
        for layer in self.layers:
            fused = F.linear(F.layer_norm(x, (d,), *layer["norm1"], epsilon), *layer["fused"])
            query, key, value = by_head(fused, heads).split(size, dim=-1)
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
                "norm1": ones(d),
                "norm2": ones(d),
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
        self.norm = ones(d)
        self.head = random_weight(config["vocab_size"], d)

    def rms_norm(self, x, scale):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.config["rms_norm_eps"]) * scale

    def hidden(self, x):
        size, heads, groups = (self.config[k] for k in ("head_dim", "num_attention_heads", "num_key_value_heads"))
        cos, sin = rotary_tables(x.shape[1], size, self.config["rope_theta"])
        for layer in self.layers:
            normed = self.rms_norm(x, layer["norm1"])
            query, key, value = (
                by_head(F.linear(normed, layer[name]), count)
                for name, count in (("query", heads), ("key", groups), ("value", groups))
            )
            key = turned(key, cos, sin)
            key, value = (part.repeat_interleave(heads // groups, dim=1) for part in (key, value))
            x = x + F.linear(attention(turned(query, cos, sin), key, value), layer["out"])
            normed = self.rms_norm(x, layer["norm2"])
            x = x + F.linear(F.silu(F.linear(normed, layer["gate"])) * F.linear(normed, layer["up"]), layer["down"])
        return self.rms_norm(x, self.norm)


class Plain:
    """One of the models above as a function from rows [batch, n, d] to logits."""

    def __init__(self, config):
        self.model = {"gpt_neox": GptNeoX, "llama": Llama}[config["model_type"]](config)
        self.name = "plain"

    def logits(self, rows):
        return F.linear(self.model.hidden(rows), self.model.head)


class Transformers:
    def __init__(self, config):
        import transformers

        settings = {name: value for name, value in config.items() if name != "model_type"}
        torch.set_default_dtype(place["dtype"])
        with torch.device(place["device"]):
            made = transformers.AutoConfig.for_model(config["model_type"], **settings)
            self.model = transformers.AutoModelForCausalLM.from_config(made)
        self.model.eval().requires_grad_(False)
        self.name = f"transformers {transformers.__version__}"

    def logits(self, rows):
        return self.model(inputs_embeds=rows, use_cache=False).logits


def opened(config, wants_transformers):
    if wants_transformers:
        try:
            return Transformers(config)
        except ImportError:
            pass
    return Plain(config)


def step(model, config, tokens, batch):
    d, vocabulary = config["hidden_size"], config["vocab_size"]
    targets = torch.randint(0, vocabulary, (batch * tokens,), device=place["device"])
    e, m = (torch.randn(batch, 1, d, requires_grad=True, **place) for _ in range(2))
    on_card = place["device"] == "cuda"
    if on_card:
        torch.cuda.synchronize()
    start = time.perf_counter()
    rows = torch.cat((e, m.expand(batch, tokens - 1, d)), dim=1)
    F.cross_entropy(model.logits(rows).flatten(0, 1).float(), targets).backward()
    if on_card:
        torch.cuda.synchronize()
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "memory": torch.cuda.max_memory_allocated() if on_card else None}


def answer(value):
    print(json.dumps(value), flush=True)


def prepare(request):
    torch.set_num_threads(request["threads"])
    if request["device"] == "cuda" and not torch.cuda.is_available():
        raise RuntimeError("this PyTorch finds no CUDA device")
    place["device"] = request["device"]
    place["dtype"] = torch.bfloat16 if request["precision"] == "bfloat16" else torch.float32
    torch.backends.cuda.matmul.allow_tf32 = request["precision"] == "tf32"
    return opened(request["config"], request["transformers"])


def main():
    request = json.loads(sys.stdin.readline())
    try:
        model = prepare(request)
    except Exception as error:
        answer({"error": f"{type(error).__name__}: {error}"})
        return
    answer({"version": torch.__version__, "implementation": model.name})
    for line in sys.stdin:
        try:
            answer(step(model, request["config"], **json.loads(line)))
        except Exception as error:
            answer({"error": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main()
