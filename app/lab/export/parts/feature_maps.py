@torch.no_grad()
def look(net, batch, without=None):
    """The mean of each layer's maps for the first image of the batch, and its ten shares."""
    net.train()  # batch norms take the statistics of the batch
    if without is not None:
        halving = not net.keeps_shape(without)
        net.order = [block for block in net.blocks if block != without or halving]
        net.zeroed = frozenset({without} if halving else ())
    means, third = [], len(net.blocks) // 3
    x = net.first(batch)  # (256, 1, 8, 8) -> (256, 8, 8, 8)
    means.append(x[0].mean().item())
    for block in net.blocks:
        if block in net.order:
            x = net.block(block, x)
        if (block + 1) % third == 0:
            means.append(x[0].mean().item())
    shares = net.classifier(x.mean((2, 3)))[0].softmax(0)
    net.order, net.zeroed = net.blocks, frozenset()
    return means, shares


images, labels = digits()
options = RUN["options"]
if RUN["picture"] is None:
    of_kind = (labels == options["digit"]).nonzero().flatten()
    place = int(of_kind[options["example"] % len(of_kind)])
    batch = images[[place, *[one for one in range(256) if one != place][:255]]]
else:  # one's own picture, 8×8 shades from 0 to 16, scaled as the digits are
    paper, ink = images.min(), images.max()
    own = paper + torch.tensor(RUN["picture"]) * (ink - paper) / 16
    batch = torch.cat([own[None, None], images[:255]])
net = trained(options["depth"], options["skip"])
block = options["without"]
looks = [("whole", None, RUN["means"], RUN["scores"])]
if block:
    looks.append((f"without block {block}", block - 1, RUN["means without"], RUN["scores without"]))
for name, without, layers, scores in looks:
    means, shares = look(net, batch, without)
    for place, (here, run) in enumerate(zip(means, layers)):
        after = f"group {place}" if place else "the first convolution"
        beside(f"{name}: mean after {after}", here, run, within=0.25, apart=0.1)
    for kind, (here, run) in enumerate(zip(shares.tolist(), scores)):
        beside(f"{name}: taken for {kind}, share", here, run, apart=0.1)
