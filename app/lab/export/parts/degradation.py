options = RUN["options"]
for racer in RUN["racers"]:
    torch.manual_seed(racer["seed"])
    normalised = options["arena"] == "batch-norm"
    net = Stack(racer["depth"], options["width"], racer["skip"] == "on", normalised, "relu", channels=1)
    initialise(net, "he" if normalised else "default")
    found = descend(net, racer["seed"], options["steps"])
    name = f"{racer['name']}, seed {racer['seed']}"
    beside(f"{name}: loss", at_the_end(found, 0), racer["loss"], within=0.25, apart=0.05)
    beside(f"{name}: accuracy", at_the_end(found, 1), racer["accuracy"], apart=0.05)
