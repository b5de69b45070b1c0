@torch.no_grad()
def accuracy(net):
    """Of all digits; batch norms take their statistics."""
    images, labels = digits()
    return (net.train()(images).argmax(1) == labels).float().mean().item()


def lesioned(net, block, what):
    """The accuracy with one block touched; None where shapes forbid it."""
    order, zeroed = list(net.blocks), frozenset()
    if what == "zero" or (what == "remove" and net.skip and not net.keeps_shape(block)):
        zeroed = frozenset({block})  # its layers give zeros; of a residual block the shortcut stays
    elif what == "remove":
        if not net.keeps_shape(block):
            return None
        order.remove(block)
    else:
        if block + 1 not in net.blocks or not (net.keeps_shape(block) and net.keeps_shape(block + 1)):
            return None
        order[block], order[block + 1] = order[block + 1], order[block]
    net.order, net.zeroed = order, zeroed
    found = accuracy(net)
    net.order, net.zeroed = net.blocks, frozenset()
    return found


for one in RUN["nets"]:
    net = trained(RUN["options"]["depth"], one["skip"])
    beside(f"{one['name']}: accuracy, whole", accuracy(net), one["whole"], apart=0.05)
    # What is left of a lesioned plain net is nearly chance, and another processor leaves something else.
    for block, run in enumerate(one["blocks"]):
        here = lesioned(net, block, RUN["options"]["what"])
        beside(f"{one['name']}: {RUN['options']['what']} block {block + 1}", here, run, apart=0.3)
