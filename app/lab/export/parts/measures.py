def gradient_ratio(net, seed):
    """‖∂L/∂W‖ of the first layer with weights over that of the last, a linear one at the end left out."""
    draw(net, RUN["drawn"], seed, "default")
    net.train()
    layers = [net.get_submodule(name) for name in RUN["drawn"]]
    if len(layers) > 1 and isinstance(layers[-1], nn.Linear):
        layers.pop()
    torch.manual_seed(seed)  # for what is drawn on the way, such as a dropout's mask
    images = torch.Generator().manual_seed(seed)
    scores = net(torch.randn(16, *RUN["input"], generator=images)).flatten(1)  # (16, scores)
    labels = torch.randint(scores.shape[1], (16,), generator=images)
    net.zero_grad()
    F.cross_entropy(scores, labels).backward()
    first, last = (layer.weight.grad.double().norm().item() for layer in (layers[0], layers[-1]))
    return first / last if last else None


measured = RUN["measures"]
rows, shape = count(net)
if "params" in measured:
    beside("parameters", sum(weight.numel() for weight in net.parameters()), RUN["parameters"])
if "macs" in measured:
    beside("multiply-adds for one image", sum(macs for _, macs in rows), measured["macs"])
if "shape" in measured:
    beside("shape of the output", shape, tuple(measured["shape"]))
if "erf" in measured:
    here = core(felt(net, RUN["felt"], RUN["seed"]), RUN["felt"]) ** 0.5
    beside("side of the field that is felt, px", here, measured["erf"], within=0.01)
if "grad_ratio" in measured:
    ratios = sorted(gradient_ratio(net, RUN["seed"] + number) for number in range(3))
    beside("first over last gradient", ratios[1], measured["grad_ratio"], within=0.001)
if "loss" in measured or "accuracy" in measured:
    draw(net, RUN["drawn"], RUN["seed"], "default")
    torch.manual_seed(RUN["seed"])
    found = descend(net, RUN["seed"], RUN["steps"])
    for figure, name in enumerate(("loss", "accuracy")):
        if name in measured:
            beside(f"{name} after training", at_the_end(found, figure), measured[name], within=0.25, apart=0.05)
