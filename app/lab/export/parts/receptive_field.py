def deviation(weights):
    """The standard deviation of a position with these weights, in pixels."""
    at = torch.arange(len(weights), dtype=torch.double)
    share = weights / weights.sum()
    mean = (share * at).sum()
    return (share * (at - mean) ** 2).sum().item() ** 0.5


def make_positive(net):
    """Let no weight be negative and no maximum choose, so that nothing that is seen cancels or stays hidden."""
    for layer in list(net.modules()):
        if isinstance(layer, nn.Conv2d):
            layer.weight.fill_(1 / layer.weight[0].numel())
            if layer.bias is not None:
                layer.bias.zero_()
        elif isinstance(layer, nn.BatchNorm2d):
            layer.reset_parameters()
        for name, child in layer.named_children():
            if isinstance(child, nn.MaxPool2d):
                mean = nn.AvgPool2d(child.kernel_size, child.stride, child.padding, child.ceil_mode)
                setattr(layer, name, mean)


def support(net, view):
    """The pixels that a unit depends on at all: ([top, left, height, width] of their box, how many)."""
    seen = pull(net, view, torch.ones(1, *RUN["input"], dtype=torch.double)) > 0  # (height, width)
    rows, columns = seen.any(1).nonzero(), seen.any(0).nonzero()
    top, left = int(rows[0]), int(columns[0])
    return [top, left, int(rows[-1]) - top + 1, int(columns[-1]) - left + 1], int(seen.sum())


def placed(box):
    top, left, height, width = box
    return f"{height}×{width} at {top}, {left}"


count(net)  # a first pass: layers that are lazy get their sizes
for view in RUN["felt"]:
    total = felt(net, view, RUN["seed"])
    name = f"layer {view['name']} feels"
    beside(f"{name}: deviation downwards, px", deviation(total.sum(1)), view["std"][0], within=0.001)
    beside(f"{name}: deviation sideways, px", deviation(total.sum(0)), view["std"][1], within=0.001)
    beside(f"{name}: pixels in the core", core(total, view), view["core"], within=0.02)
net.requires_grad_(False)
make_positive(net.double())  # in double precision a gradient is not lost by being small
for view in RUN["seen"]:
    box, pixels = support(net, view)
    beside(f"layer {view['name']}: pixels seen", pixels, view["pixels"])
    beside(f"layer {view['name']}: their box, at row, column", placed(box), placed(view["box"]))
