def draw(net, layers, seed, init):
    """Give the net fresh weights: those of `layers`, drawn in the order in which they are called, as the lab does."""
    net.requires_grad_(True)
    for layer in net.modules():
        if hasattr(layer, "reset_parameters"):
            layer.reset_parameters()  # norms begin with ones and zeros
    torch.manual_seed(seed)
    drawn = [net.get_submodule(name) for name in layers]
    first = {}
    for layer in drawn:
        layer.reset_parameters()  # PyTorch's own start
        for weight in layer.parameters():  # one that layers share keeps what the first of them drew
            weight.data.copy_(first.setdefault(weight, weight.data.clone()))
    if init == "he":
        for layer in drawn:  # variance 2 / fan in (He et al. 2015)
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
