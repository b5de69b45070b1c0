def flow(net, images, labels, steps):
    """Train for so many steps, and say how much gradient reaches each layer in the last: (loss, [‖∂L/∂W‖])."""
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    for step in range(steps + 1):
        optimizer.zero_grad()
        loss = F.cross_entropy(net(images), labels)
        loss.backward()
        norms = [layer.weight.grad.norm().item() for layer in net.layers]
        if step < steps:
            optimizer.step()
    return loss.item(), norms


options = RUN["options"]
# Deep nets make much of the last digit: after some steps, another processor is a factor of two away.
within = 1.0 if options["steps"] else 0.01
for stack in RUN["stacks"]:
    torch.manual_seed(stack["seed"])
    net = Stack(
        stack["depth"],
        options["width"],
        stack["skip"] == "on",
        options["batch_norm"],
        options["activation"],
        pre_activation=options["pre_activation"],
    )
    initialise(net, options["init"])
    images = torch.randn(options["batch"], 3, options["size"], options["size"])
    labels = torch.randint(CLASSES, (options["batch"],))
    loss, norms = flow(net.train(), images, labels, options["steps"])
    name = f"{stack['name']}, seed {stack['seed']}"
    beside(f"{name}: loss", loss, stack["loss"], within=within / 4)
    # The last layer is the linear one: the convolutions end before it.
    for place, which in ((0, "first"), (-2, "last")):
        beside(f"{name}: ‖∂L/∂W‖, {which} convolution", norms[place], stack["weights"][place], within=within)
