"""How many tokens two vectors hold on a model: the measure by which the demo model was chosen.

Two recipes over many texts at once, on PyTorch: the paper's (AdamW 0.01, betas 0.9 and 0.9, plain cross-entropy) and
L-BFGS (cross-entropy sharpened eightfold throughout, 200 pairs, a weak Wolfe line search by bisection). The second is a
yardstick that stays when the program's default recipe changes. The input is [e, m, m, ... m], both from N(0,1), and the
target of position i is token i.
"""
import torch
import torch.nn.functional as F


class Problems:
    """B texts of their own lengths, padded to N tokens with zero weight: targets [B,N], weights [B,N]."""

    def __init__(self, model, texts):
        self.model, self.width = model, model.config.hidden_size
        place = next(model.parameters()).device
        longest = max(map(len, texts))
        self.lengths = torch.tensor([len(text) for text in texts], device=place)
        self.targets = torch.tensor([list(text) + [0] * (longest - len(text)) for text in texts], device=place)
        self.weights = (torch.arange(longest, device=place) < self.lengths[:, None]).float() / self.lengths[:, None]
        for parameter in model.parameters():
            parameter.requires_grad_(False)

    def starts(self, seed):
        generator = torch.Generator().manual_seed(seed)
        return torch.randn(len(self.targets), 2 * self.width, generator=generator).to(self.targets.device)

    def evaluate(self, points, sharpness, chosen):
        """(objective [B], gradient [B,2d], right tokens [B]) of the chosen problems at their points [B,2d]."""
        points = points.detach().requires_grad_()
        targets, weights = self.targets[chosen], self.weights[chosen]
        longest = int(self.lengths[chosen].max())
        targets, weights = targets[:, :longest], weights[:, :longest]
        e, m = points[:, None, :self.width], points[:, None, self.width:]
        embedded = torch.cat([e, m.expand(-1, longest - 1, -1)], 1)
        logits = self.model(inputs_embeds=embedded, use_cache=False).logits
        nll = F.cross_entropy((sharpness * logits).transpose(1, 2), targets, reduction='none')
        objective = (nll * weights).sum(1)
        (gradient,) = torch.autograd.grad(objective.sum(), points)
        right = ((logits.argmax(2) == targets) & (weights > 0)).sum(1)
        return objective.detach(), gradient, right


class AdamW:
    """The paper's recipe on B points at once."""
    sharpness = 1

    def __init__(self, points):
        self.points, self.steps = points.clone(), 0
        self.mean, self.square = torch.zeros_like(points), torch.zeros_like(points)

    def tell(self, _objective, gradient):
        self.steps += 1
        self.mean.lerp_(gradient, 0.1)
        self.square.lerp_(gradient.square(), 0.1)
        correction = 1 - 0.9 ** self.steps
        self.points = self.points * (1 - 0.01 * 0.01) - 0.01 * (self.mean / correction) / ((self.square / correction).sqrt() + 1e-8)

    def keep(self, rows):
        self.points, self.mean, self.square = self.points[rows], self.mean[rows], self.square[rows]


class Lbfgs:
    """L-BFGS on B points at once, each with its own history and line search.

    The product with the inverse Hessian is the compact form of Byrd, Nocedal and Schnabel (1994, theorem 2.2).
    """
    sharpness = 8
    vectors = ('points', 'base', 'objective', 'gradient', 'direction', 'slope', 'step', 'low', 'high', 'trials', 'changes', 'gradient_changes')

    def __init__(self, points, pairs=200, noise_seed=7):
        count, size = points.shape
        self.points, self.base = points.clone(), points.clone()
        self.objective = points.new_full((count,), float('inf'))
        self.gradient, self.direction = torch.zeros_like(points), torch.zeros_like(points)
        self.slope, self.step, self.low, self.high, self.trials = (points.new_zeros(count) for _ in range(5))
        self.changes, self.gradient_changes = (points.new_zeros(count, pairs, size) for _ in range(2))
        self.noise = torch.Generator().manual_seed(noise_seed)

    def tell(self, objective, gradient):
        finite = objective.isfinite() & gradient.isfinite().all(1)
        first = self.trials < 1
        fresh = first & self.slope.eq(0)
        enough = finite & (objective <= self.objective + 1e-4 * self.step * self.slope)
        flat = enough & ((gradient * self.direction).sum(1) >= 0.9 * self.slope)
        self.trials += 1
        last = self.trials >= 20
        accepted = (flat | (enough & last) | (fresh & finite))
        failed = last & ~accepted
        going = ~accepted & ~failed
        self.learn(accepted & ~fresh, gradient)
        self.changes[failed], self.gradient_changes[failed] = 0, 0
        moved = accepted[:, None]
        self.base = torch.where(moved, self.points, self.base)
        self.gradient = torch.where(moved, gradient, self.gradient)
        self.objective = torch.where(accepted, objective, self.objective)
        self.low = torch.where(going & enough, self.step, self.low)
        self.high = torch.where(going & ~enough, self.step, self.high)
        longer = torch.where(self.high.isinf(), 2 * self.step, (self.low + self.high) / 2)
        self.step = torch.where(going, longer, self.step)
        anew = ~going
        if anew.any():
            self.search(anew.nonzero()[:, 0])
        self.points = self.base + self.step[:, None] * self.direction

    def learn(self, rows, gradient):
        change, gradient_change = self.points - self.base, gradient - self.gradient
        product = (change * gradient_change).sum(1)
        rows = (rows & (product > 1e-10 * change.norm(dim=1) * gradient_change.norm(dim=1))).nonzero()[:, 0]
        for history, newest in ((self.changes, change), (self.gradient_changes, gradient_change)):
            history[rows] = torch.cat([history[rows, 1:], newest[rows, None]], 1)

    def search(self, rows):
        direction = -self.product(rows, self.gradient[rows])
        slope = (direction * self.gradient[rows]).sum(1)
        wrong = ~(slope < 0)
        direction = torch.where(wrong[:, None], -self.gradient[rows], direction)
        self.changes[rows[wrong]], self.gradient_changes[rows[wrong]] = 0, 0
        self.direction[rows] = direction
        self.slope[rows] = (direction * self.gradient[rows]).sum(1)
        modelled = self.changes[rows, -1].abs().sum(1) > 0
        self.step[rows] = torch.where(modelled, torch.ones_like(slope), 1 / self.gradient[rows].norm(dim=1).clamp_min(1e-20))
        self.low[rows], self.high[rows], self.trials[rows] = 0, float('inf'), 0

    def product(self, rows, gradient):
        used = int((self.changes[rows].abs().sum((0, 2)) > 0).sum())
        if not used:
            return gradient
        s, y = self.changes[rows, -used:], self.gradient_changes[rows, -used:]
        product, square = (s @ y.mT).double(), (y @ y.mT).double()
        diagonal = product.diagonal(dim1=1, dim2=2)
        there = diagonal > 0
        scale = (diagonal[:, -1] / square[:, -1, -1].clamp_min(1e-300)).where(there[:, -1], torch.ones_like(diagonal[:, -1]))[:, None]
        upper = product.triu() + torch.diag_embed((~there).double())
        sg, yg = (s @ gradient[:, :, None]).double()[..., 0], (y @ gradient[:, :, None]).double()[..., 0]
        solve = lambda matrix, right, up: torch.linalg.solve_triangular(matrix, right[..., None], upper=up)[..., 0]
        inner = solve(upper, sg, True)
        middle = (diagonal * inner) + scale * ((square @ inner[..., None])[..., 0] - yg)
        first, second = solve(upper.mT, middle, False), -scale * inner
        return scale.float() * gradient + (s.mT @ first.float()[..., None])[..., 0] + (y.mT @ second.float()[..., None])[..., 0]

    def keep(self, rows):
        for name in self.vectors:
            setattr(self, name, getattr(self, name)[rows])


def solve(problems, solver, steps, seed=1, **settings):
    """For each problem (evaluations until perfect or -1, most tokens right, evaluations until 0.99 or -1)."""
    count = len(problems.targets)
    solver = solver(problems.starts(seed), **settings)
    chosen = torch.arange(count, device=problems.targets.device)
    perfect, close = torch.full((count,), -1), torch.full((count,), -1)
    best = torch.zeros(count, dtype=torch.long)
    for step in range(1, steps + 1):
        objective, gradient, right = problems.evaluate(solver.points, solver.sharpness, chosen)
        solver.tell(objective, gradient)
        lengths, ids, right = problems.lengths[chosen].cpu(), chosen.cpu(), right.cpu()
        best[ids] = torch.maximum(best[ids], right)
        close[ids[(right >= 0.99 * lengths) & (close[ids] < 0)]] = step
        done = right == lengths
        perfect[ids[done]] = step
        if done.any():
            rows = (~done).nonzero()[:, 0].to(chosen.device)
            if not len(rows):
                break
            solver.keep(rows)
            chosen = chosen[rows]
    return list(zip(perfect.tolist(), best.tolist(), close.tolist()))


def capacity(model, passages, lengths, solver, steps, **settings):
    """A line for each length: how many of the passages became perfect and in how many evaluations (median of those)."""
    texts = [passage[:length] for length in lengths for passage in passages]
    results = solve(Problems(model, texts), solver, steps, **settings)
    table = []
    for place, length in enumerate(lengths):
        rows = results[place * len(passages):(place + 1) * len(passages)]
        found = sorted(steps for steps, _, _ in rows if steps > 0)
        table.append(dict(length=length, perfect=len(found), close=sum(near > 0 for *_, near in rows), of=len(rows),
                          median=found[len(found) // 2] if found else None,
                          accuracy=round(sum(best for _, best, _ in rows) / length / len(rows), 4)))
    return table
