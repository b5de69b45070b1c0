def descend(net, seed, steps):
    """Train on the digits by SGD, and say what the net made of each batch before it learnt from it.

    [(mean cross-entropy in nats, share that was right)], one a step.
    """
    images, labels = digits()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    net.train()
    order = torch.Generator().manual_seed(seed)
    found, batches = [], []
    for step in range(1, steps + 1):
        if not batches:
            shuffled = torch.randperm(len(labels), generator=order)
            batches = list(shuffled[: len(labels) - len(labels) % 128].split(128))
        batch = batches.pop(0)
        optimizer.param_groups[0]["lr"] = 0.05 * min(1.0, step / 20)  # warm up
        scores = net(images[batch])  # (128, 1, 8, 8) -> (128, 10)
        loss = F.cross_entropy(scores, labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append((loss.item(), (scores.argmax(1) == labels[batch]).float().mean().item()))
    return found


def at_the_end(found, figure):
    """The mean over the last ten steps; None where a loss was not finite."""
    values = [step[figure] for step in found[-10:]]
    mean = sum(values) / len(values)
    return mean if mean - mean == 0 else None
