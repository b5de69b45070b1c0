def direction(weights, draw):
    """Random, each filter as long as the net's own (Li et al. 2018); biases and batch norms do not move."""
    found = []
    for weight in weights:
        if weight.dim() <= 1:
            found.append(torch.zeros_like(weight))
            continue
        drawn = torch.randn(weight.shape, generator=draw)
        filters = tuple(range(1, weight.dim()))
        long = [torch.linalg.vector_norm(tensor, dim=filters, keepdim=True) for tensor in (weight, drawn)]
        found.append(drawn * (long[0] / long[1]))
    return found


@torch.no_grad()
def losses(net, extent, side):
    """The loss on a grid of side × side points around the net, of the first 256 digits."""
    images, labels = (tensor[:256] for tensor in digits())
    centre = [weight.clone() for weight in net.parameters()]
    draw = torch.Generator().manual_seed(RUN["seed"] + 1)
    one, other = direction(centre, draw), direction(centre, draw)
    axis = [extent * (2 * i / (side - 1) - 1) for i in range(side)]
    grid = torch.empty(side, side)
    for i, a in enumerate(axis):
        for j, b in enumerate(axis):
            for weight, at, u, v in zip(net.parameters(), centre, one, other):
                weight.copy_(at + a * u + b * v)
            grid[i, j] = F.cross_entropy(net(images), labels)
    return grid


def minima(grid):
    """Inner points below all eight neighbours."""
    inner = range(1, len(grid) - 1)
    around = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)]
    return sum(all(grid[i, j] < grid[i + di, j + dj] for di, dj in around) for i in inner for j in inner)


for one in RUN["nets"]:
    grid = losses(trained(RUN["options"]["depth"], one["skip"]), RUN["extent"], one["side"])
    middle = one["side"] // 2
    beside(f"{one['name']}: loss at the net", grid[middle, middle].item(), one["centre"], within=0.25, apart=0.05)
    beside(f"{one['name']}: lowest loss", grid.min().item(), one["lowest"], within=0.25, apart=0.05)
    beside(f"{one['name']}: highest loss", grid.max().item(), one["highest"], within=0.25, apart=0.05)
    beside(f"{one['name']}: local minima", minima(grid), one["minima"], within=0.5, apart=2)
