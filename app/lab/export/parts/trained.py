def trained(depth, skip):
    """A stack as the races start it, after the run's steps of training."""
    torch.manual_seed(RUN["seed"])
    net = Stack(depth, 8, skip == "on", True, "relu", channels=1)
    initialise(net, "he")
    descend(net, RUN["seed"], RUN["options"]["steps"])
    return net
