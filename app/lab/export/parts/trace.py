def follow(net, images):
    """Every layer's value for the first of the images, in words: {name: [its first call, its second …]}."""
    seen = {name: [] for name, layer in net.named_modules()}

    def looking(name):
        def look(layer, inputs, output):  # output (images, …)
            value = output[0].reshape(-1).double()
            seen[name].append(
                {
                    "shape": tuple(output.shape[1:]),
                    "mean": value.mean().item(),
                    "std": value.std(correction=0).item(),
                    "zeros": (value == 0).double().mean().item(),
                }
            )

        return look

    for name in {step["layer"] for step in RUN["steps"]}:
        net.get_submodule(name).register_forward_hook(looking(name))
    with torch.no_grad():
        net(images)
    return seen


count(net)  # a first pass: layers that are lazy get their sizes
draw(net, RUN["drawn"], RUN["seed"], RUN["init"])
for layer in net.eval().modules():
    if isinstance(layer, (nn.BatchNorm2d, nn.BatchNorm1d)):
        layer.train()  # norms take the statistics of the batch, as in the first step of training
seen = follow(net, torch.randn(4, *RUN["input"], generator=torch.Generator().manual_seed(RUN["seed"])))
for step in RUN["steps"]:
    here = seen[step["layer"]][step["call"]]
    beside(f"{step['name']}: shape", here["shape"], tuple(step["shape"]))
    for figure in ("mean", "std", "zeros"):
        if step[figure] is not None:
            beside(f"{step['name']}: {figure}", here[figure], step[figure], within=0.001, apart=1e-5)
