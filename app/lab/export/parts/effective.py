CORE = 1 - 0.9545  # of the strongest pixel: what a normal distribution has beyond two standard deviations


def pull(net, view, x):
    """|∂y/∂x| (height, width), summed over channels, of one unit y of a layer, its channels summed."""
    seen = []

    def look(layer, inputs, output):  # output (1, channels, rows, columns)
        row, column = view["unit"]
        wanted = len(seen) == view["call"]  # the layer may be called more than once
        seen.append(output[0, :, row, column].sum() if wanted else None)

    hook = net.get_submodule(view["layer"]).register_forward_hook(look)
    x.requires_grad_()
    net(x)
    hook.remove()
    (gradient,) = torch.autograd.grad(seen[view["call"]], x)
    return gradient[0].abs().sum(0)


def felt(net, view, seed):
    """The mean over random images of what one unit feels of each pixel (Luo et al. 2016): (height, width)."""
    draw(net, view["drawn"], seed, view["init"])
    net.requires_grad_(False)
    images = torch.Generator().manual_seed(seed)
    # Batch norms take the statistics of two random images.
    for norm in net.modules():
        if isinstance(norm, nn.BatchNorm2d) and norm.running_mean is not None:
            norm.momentum = 1.0
            norm.train()
    with torch.no_grad():
        net(torch.randn(2, *RUN["input"], generator=images))
    net.eval()
    total = torch.zeros(RUN["input"][1:], dtype=torch.double)
    for _ in range(view["samples"]):
        total += pull(net, view, torch.randn(1, *RUN["input"], generator=images)).double()
    return total


def core(total, view):
    """Pixels of the unit's field that move it by more than `CORE` of what the strongest one does."""
    top, left, height, width = view["field"]
    field = total[top : top + height, left : left + width]
    return int((field > CORE * field.max()).sum())
