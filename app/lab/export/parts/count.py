def count(net):
    """Show the net one empty image, and look at every layer with weights as it is called.

    [(shape of its output, multiply-adds)], in order.
    """
    rows = []

    def look(layer, inputs, output):
        # Each number of the output is a sum of as many products as one filter has weights.
        # Of a transposed convolution, each number of the *input* goes into as many.
        numbers = inputs[0] if isinstance(layer, nn.ConvTranspose2d) else output
        rows.append((tuple(output.shape[1:]), numbers[0].numel() * layer.weight[0].numel()))

    kinds = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)
    hooks = [layer.register_forward_hook(look) for layer in net.modules() if isinstance(layer, kinds)]
    with torch.no_grad():
        output = net.eval()(torch.zeros(1, *RUN["input"]))  # (1, channels, height, width)
    for hook in hooks:
        hook.remove()
    if isinstance(output, (tuple, list)):
        output = output[0]
    return rows, tuple(output.shape[1:])
