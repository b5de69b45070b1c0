"""Networks as students write them: each is compared with real torch, line for line the same text."""

Shape = tuple[int, int, int]

PROGRAMS: dict[str, tuple[str, Shape]] = {
    "sequential": (
        """
net = nn.Sequential(
    nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(inplace=True),
    nn.Conv2d(8, 8, (3, 5), stride=(2, 1), padding=(1, 2), bias=False), nn.LeakyReLU(0.1),
    nn.MaxPool2d(2), nn.AvgPool2d(3, 1, 1), nn.AdaptiveAvgPool2d((2, None)), nn.Flatten(), nn.LazyLinear(3)
    if False else nn.Identity(), nn.Dropout(),
)
""",
        (3, 20, 24),
    ),
    "lenet": (
        '''
class LeNet(nn.Module):
    """LeCun et al. 1998."""

    def __init__(self, num_classes: int = 10) -> None:
        super(LeNet, self).__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.fc1 = nn.Linear(16 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.pool(F.relu(self.conv1(x)))
        x = self.pool(torch.tanh(self.conv2(x)))
        x = x.view(-1, 16 * 5 * 5)
        x = F.relu(self.fc1(x))
        x = F.dropout(self.fc2(x).relu(), training=self.training if False else False)
        return F.log_softmax(self.fc3(x), dim=1)


net = LeNet()
''',
        (1, 32, 32),
    ),
    "vgg by a table": (
        """
from typing import Any, cast, Dict, List, Union

cfgs: Dict[str, List[Union[str, int]]] = {
    "A": [8, "M", 16, "M", 32, 32, "M"],
    "B": [8, 8, "M", 16, 16, "M"],
}


def make_layers(cfg, batch_norm: bool = False) -> nn.Sequential:
    layers: List[nn.Module] = []
    in_channels = 3
    for v in cfg:
        if v == "M":
            layers += [nn.MaxPool2d(kernel_size=2, stride=2)]
        else:
            v = cast(int, v)
            conv2d = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)
            if batch_norm:
                layers += [conv2d, nn.BatchNorm2d(v), nn.ReLU(inplace=True)]
            else:
                layers += [conv2d, nn.ReLU(inplace=True)]
            in_channels = v
    return nn.Sequential(*layers)


class VGG(nn.Module):
    def __init__(self, features: nn.Module, num_classes: int = 10, init_weights: bool = True, dropout: float = 0.5):
        super().__init__()
        self.features = features
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(nn.Linear(32 * 7 * 7, 64), nn.ReLU(True), nn.Dropout(p=dropout),
                                        nn.Linear(64, num_classes))
        if init_weights:
            for m in self.modules():
                if isinstance(m, nn.Conv2d):
                    nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
                    if m.bias is not None:
                        nn.init.constant_(m.bias, 0)
                elif isinstance(m, (nn.BatchNorm2d, nn.Linear)):
                    nn.init.normal_(m.weight, 0, 0.01)

    def forward(self, x):
        x = self.features(x)
        x = self.avgpool(x)
        x = torch.flatten(x, 1)
        x = self.classifier(x)
        return x


net = VGG(make_layers(cfgs["A"], batch_norm=True))
""",
        (3, 64, 64),
    ),
    "torchvision's resnet": (
        """
from functools import partial
from typing import Any, Callable, List, Optional, Type, Union

import torch
import torch.nn as nn
from torch import Tensor


def conv3x3(in_planes: int, out_planes: int, stride: int = 1, groups: int = 1, dilation: int = 1) -> nn.Conv2d:
    return nn.Conv2d(in_planes, out_planes, kernel_size=3, stride=stride, padding=dilation, groups=groups, bias=False,
                     dilation=dilation)


def conv1x1(in_planes: int, out_planes: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(in_planes, out_planes, kernel_size=1, stride=stride, bias=False)


class Bottleneck(nn.Module):
    expansion: int = 4

    def __init__(self, inplanes: int, planes: int, stride: int = 1, downsample: Optional[nn.Module] = None,
                 groups: int = 1, base_width: int = 64, dilation: int = 1,
                 norm_layer: Optional[Callable[..., nn.Module]] = None) -> None:
        super().__init__()
        if norm_layer is None:
            norm_layer = nn.BatchNorm2d
        width = int(planes * (base_width / 64.0)) * groups
        self.conv1 = conv1x1(inplanes, width)
        self.bn1 = norm_layer(width)
        self.conv2 = conv3x3(width, width, stride, groups, dilation)
        self.bn2 = norm_layer(width)
        self.conv3 = conv1x1(width, planes * self.expansion)
        self.bn3 = norm_layer(planes * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = downsample
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        identity = x
        out = self.conv1(x)
        out = self.bn1(out)
        out = self.relu(out)
        out = self.conv2(out)
        out = self.bn2(out)
        out = self.relu(out)
        out = self.conv3(out)
        out = self.bn3(out)
        if self.downsample is not None:
            identity = self.downsample(x)
        out += identity
        out = self.relu(out)
        return out


class ResNet(nn.Module):
    def __init__(self, block: Type[Bottleneck], layers: List[int], num_classes: int = 100,
                 zero_init_residual: bool = True, groups: int = 1, width_per_group: int = 64,
                 replace_stride_with_dilation: Optional[List[bool]] = None,
                 norm_layer: Optional[Callable[..., nn.Module]] = None) -> None:
        super().__init__()
        if norm_layer is None:
            norm_layer = nn.BatchNorm2d
        self._norm_layer = norm_layer
        self.inplanes = 64
        self.dilation = 1
        if replace_stride_with_dilation is None:
            replace_stride_with_dilation = [False, False, False]
        if len(replace_stride_with_dilation) != 3:
            raise ValueError(f"should be None or a 3-element tuple, got {replace_stride_with_dilation}")
        self.groups = groups
        self.base_width = width_per_group
        self.conv1 = nn.Conv2d(3, self.inplanes, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = norm_layer(self.inplanes)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = self._make_layer(block, 64, layers[0])
        self.layer2 = self._make_layer(block, 128, layers[1], stride=2, dilate=replace_stride_with_dilation[0])
        self.layer3 = self._make_layer(block, 256, layers[2], stride=2, dilate=replace_stride_with_dilation[1])
        self.layer4 = self._make_layer(block, 512, layers[3], stride=2, dilate=replace_stride_with_dilation[2])
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(512 * block.expansion, num_classes)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            elif isinstance(m, (nn.BatchNorm2d, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)
        if zero_init_residual:
            for m in self.modules():
                if isinstance(m, Bottleneck) and m.bn3.weight is not None:
                    nn.init.constant_(m.bn3.weight, 0)

    def _make_layer(self, block, planes: int, blocks: int, stride: int = 1, dilate: bool = False) -> nn.Sequential:
        norm_layer = self._norm_layer
        downsample = None
        previous_dilation = self.dilation
        if dilate:
            self.dilation *= stride
            stride = 1
        if stride != 1 or self.inplanes != planes * block.expansion:
            downsample = nn.Sequential(
                conv1x1(self.inplanes, planes * block.expansion, stride),
                norm_layer(planes * block.expansion),
            )
        layers = []
        layers.append(block(self.inplanes, planes, stride, downsample, self.groups, self.base_width,
                            previous_dilation, norm_layer))
        self.inplanes = planes * block.expansion
        for _ in range(1, blocks):
            layers.append(block(self.inplanes, planes, groups=self.groups, base_width=self.base_width,
                                dilation=self.dilation, norm_layer=norm_layer))
        return nn.Sequential(*layers)

    def _forward_impl(self, x: Tensor) -> Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))

    def forward(self, x: Tensor) -> Tensor:
        return self._forward_impl(x)


def _resnet(block, layers, progress=True, **kwargs: Any) -> ResNet:
    model = ResNet(block, layers, **kwargs)
    return model


net = _resnet(Bottleneck, [1, 2, 1, 1], groups=4, width_per_group=8,
              replace_stride_with_dilation=[False, True, True], norm_layer=partial(nn.BatchNorm2d, eps=1e-3))
""",
        (3, 64, 64),
    ),
    "inception": (
        """
class BasicConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, **kwargs):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, bias=False, **kwargs)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)


class Inception(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()
        self.branch1 = BasicConv2d(in_channels, ch1x1, kernel_size=1)
        self.branch2 = nn.Sequential(BasicConv2d(in_channels, ch3x3red, kernel_size=1),
                                     BasicConv2d(ch3x3red, ch3x3, kernel_size=3, padding=1))
        self.branch3 = nn.Sequential(BasicConv2d(in_channels, ch5x5red, kernel_size=1),
                                     BasicConv2d(ch5x5red, ch5x5, kernel_size=5, padding="same"))
        self.branch4 = nn.Sequential(nn.MaxPool2d(kernel_size=3, stride=1, padding=1, ceil_mode=True),
                                     BasicConv2d(in_channels, pool_proj, kernel_size=1))

    def _forward(self, x):
        return [branch(x) for branch in (self.branch1, self.branch2, self.branch3, self.branch4)]

    def forward(self, x):
        return torch.cat(self._forward(x), 1)


net = nn.Sequential(Inception(16, 8, 6, 12, 2, 4, 4), Inception(28, 8, 6, 12, 2, 4, 4))
""",
        (16, 17, 17),
    ),
    "densenet": (
        """
class Layer(nn.Module):
    def __init__(self, c, growth):
        super().__init__()
        self.norm = nn.BatchNorm2d(c)
        self.conv = nn.Conv2d(c, growth, 3, padding=1, bias=False)

    def forward(self, x):
        return torch.cat((x, self.conv(torch.relu(self.norm(x)))), dim=1)


class Dense(nn.ModuleDict):
    def __init__(self, n, c, growth):
        super().__init__()
        for i in range(n):
            self.add_module(f"denselayer{i + 1}", Layer(c + i * growth, growth))

    def forward(self, x):
        for name, layer in self.items():
            x = layer(x)
        return x


net = nn.Sequential(OrderedDict([("conv0", nn.Conv2d(3, 8, 3, 1, 1)), ("block", Dense(4, 8, 4)),
                                 ("pool", nn.AvgPool2d(2, 2))]))
""",
        (3, 16, 16),
    ),
    "mobilenet": (
        """
class ConvBNReLU(nn.Sequential):
    def __init__(self, i, o, k=3, s=1, g=1):
        super().__init__(nn.Conv2d(i, o, k, s, (k - 1) // 2, groups=g, bias=False), nn.BatchNorm2d(o), nn.ReLU6())


class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride, expand_ratio):
        super().__init__()
        assert stride in [1, 2], "bad stride"
        hidden = int(round(inp * expand_ratio))
        self.use_res_connect = stride == 1 and inp == oup
        layers = []
        if expand_ratio != 1:
            layers.append(ConvBNReLU(inp, hidden, k=1))
        layers.extend([ConvBNReLU(hidden, hidden, s=stride, g=hidden), nn.Conv2d(hidden, oup, 1, bias=False),
                       nn.BatchNorm2d(oup)])
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        if self.use_res_connect:
            return x + self.conv(x)
        else:
            return self.conv(x)


def _make_divisible(v, divisor, min_value=None):
    if min_value is None:
        min_value = divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v


blocks = []
c = _make_divisible(13, 8)
first = ConvBNReLU(3, c, s=2)
for t, o, n, s in [(1, 16, 1, 1), (6, 24, 2, 2)]:
    for i in range(n):
        blocks.append(InvertedResidual(c, o, s if i == 0 else 1, expand_ratio=t))
        c = o
net = nn.Sequential(first, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 7))
""",
        (3, 32, 32),
    ),
    "squeeze and excitation": (
        """
class SE(nn.Module):
    def __init__(self, c, r=4):
        super().__init__()
        self.fc = nn.Sequential(nn.Linear(c, c // r), nn.SiLU(), nn.Linear(c // r, c), nn.Sigmoid())

    def forward(self, x):
        b, c, _, _ = x.size()
        y = F.adaptive_avg_pool2d(x, 1).view(b, c)
        y = self.fc(y).view(b, c, 1, 1)
        return x * y.expand_as(x)


class SE2(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.down, self.up = nn.Conv2d(c, 2, 1), nn.Conv2d(2, c, 1)

    def forward(self, x):
        s = x.mean((2, 3), keepdim=True)
        return x * torch.sigmoid(self.up(F.hardswish(self.down(s)))) - 0.5 + 2 * x / 3 - (1 - x) ** 2


net = nn.Sequential(nn.Conv2d(3, 8, 3), SE(8), SE2(8), nn.GELU())
""",
        (3, 9, 9),
    ),
    "shufflenet": (
        """
def channel_shuffle(x, groups):
    b, c, h, w = x.shape
    x = x.view(b, groups, c // groups, h, w)
    x = torch.transpose(x, 1, 2).contiguous()
    return x.view(b, -1, h, w)


class Unit(nn.Module):
    def __init__(self, c):
        super().__init__()
        half = c // 2
        self.branch = nn.Sequential(nn.Conv2d(half, half, 1), nn.ReLU(), nn.Conv2d(half, half, 3, 1, 1, groups=half))

    def forward(self, x):
        x1, x2 = x.chunk(2, dim=1)
        out = torch.cat((x1, self.branch(x2)), dim=1)
        a, b = torch.split(out, [3, 5], 1)
        return channel_shuffle(torch.cat([b, a], 1), 2)


net = nn.Sequential(nn.Conv2d(3, 8, 3, 2), Unit(8), Unit(8))
""",
        (3, 15, 15),
    ),
    "convnext": (
        """
class Block(nn.Module):
    def __init__(self, dim, layer_scale=1e-6):
        super().__init__()
        self.dwconv = nn.Conv2d(dim, dim, kernel_size=7, padding=3, groups=dim)
        self.norm = nn.LayerNorm(dim, eps=1e-6)
        self.pwconv1 = nn.Linear(dim, 4 * dim)
        self.act = nn.GELU()
        self.pwconv2 = nn.Linear(4 * dim, dim)
        self.gamma = nn.Parameter(layer_scale * torch.ones((dim)), requires_grad=True)

    def forward(self, x):
        shortcut = x
        x = self.dwconv(x)
        x = x.permute(0, 2, 3, 1)
        x = self.pwconv2(self.act(self.pwconv1(self.norm(x))))
        if self.gamma is not None:
            x = self.gamma * x
        x = x.permute(0, 3, 1, 2)
        return shortcut + x


net = nn.Sequential(nn.Conv2d(3, 8, 4, 4), nn.GroupNorm(1, 8), *[Block(8) for _ in range(2)])
""",
        (3, 32, 32),
    ),
    "functional weights": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(8, 3, 3, 3))
        self.bias = nn.Parameter(torch.zeros(8))
        self.fc = nn.Parameter(torch.empty(10, 8))
        self.scale = nn.Parameter(torch.ones(1, 8, 1, 1))
        self.register_buffer("mean", torch.tensor([0.4, 0.5, 0.6]).view(1, 3, 1, 1))

    def forward(self, x):
        x = x - self.mean
        x = F.relu(F.conv2d(x, self.weight, self.bias, stride=2, padding=1))
        x = F.max_pool2d(x * self.scale, 2)
        x = F.avg_pool2d(x, kernel_size=x.size()[2:])
        return F.linear(x.flatten(1), self.fc)


net = Net()
""",
        (3, 16, 16),
    ),
    "tied weights": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.b = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.b.weight = self.a.weight
        self.c = self.a

    def forward(self, x):
        for layer in [self.a, self.b, self.c]:
            x = layer(x)
        return x


net = Net()
""",
        (8, 8, 8),
    ),
    "unused": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.used = nn.Conv2d(3, 4, 1)
        self.spare = nn.Linear(100, 100)
        self.layers = nn.ModuleList([nn.Conv2d(4, 4, 1) for _ in range(3)])
        self.layers.append(nn.Conv2d(4, 2, 1))

    def forward(self, x):
        x = self.used(x)
        for i, layer in enumerate(self.layers[:2]):
            x = layer(x) if i % 2 == 0 else x + layer(x)
        return self.layers[-1](x)


net = Net()
""",
        (3, 8, 8),
    ),
    "unet": (
        """
def double(i, o):
    return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.Conv2d(o, o, 3, padding=1), nn.ReLU())


class UNet(nn.Module):
    def __init__(self, c=(4, 8, 16)):
        super().__init__()
        self.downs = nn.ModuleList(double(i, o) for i, o in zip((3,) + c[:-1], c))
        self.ups = nn.ModuleList(nn.ConvTranspose2d(o, i, 2, 2) for i, o in zip(c[:-1], c[1:]))
        self.mids = nn.ModuleList(double(2 * i, i) for i in c[:-1])
        self.out = nn.Conv2d(c[0], 1, 1)

    def forward(self, x):
        kept = []
        for i, down in enumerate(self.downs):
            x = down(x)
            if i < len(self.downs) - 1:
                kept.append(x)
                x = F.max_pool2d(x, 2)
        for up, mid in zip(reversed(self.ups), reversed(self.mids)):
            x = torch.cat([up(x), kept.pop()], 1)
            x = mid(x)
        return self.out(F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False))


net = UNet()
""",
        (3, 16, 16),
    ),
    "padded shortcut": (
        """
class Block(nn.Module):
    def __init__(self, i, o, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(i, o, 3, stride, 1)
        self.shortcut = lambda x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, o // 4, o // 4), "constant", 0)

    def forward(self, x):
        return F.relu(self.conv(x) + self.shortcut(x))


net = nn.Sequential(Block(8, 16, 2), Block(16, 32, 2), nn.ReflectionPad2d(2), nn.ZeroPad2d((1, 2, 3, -1)))
""",
        (8, 17, 17),
    ),
    "many layers": (
        """
net = nn.Sequential(
    nn.Conv2d(4, 8, 3, padding="same", dilation=2, padding_mode="reflect"), nn.GroupNorm(2, 8), nn.ELU(), nn.SELU(),
    nn.Conv2d(8, 8, 3, padding="valid", groups=4), nn.InstanceNorm2d(8, affine=True), nn.Mish(), nn.Hardsigmoid(),
    nn.LocalResponseNorm(5), nn.PReLU(8), nn.Softplus(), nn.Softsign(), nn.CELU(), nn.Hardtanh(), nn.Dropout2d(0.1),
    nn.Upsample(scale_factor=2), nn.PixelShuffle(2), nn.Upsample(size=(9, 11), mode="bicubic"),
    nn.AdaptiveMaxPool2d((3, 4)),
    nn.ConvTranspose2d(2, 6, 3, stride=2, padding=1, output_padding=1, groups=2, dilation=2),
    nn.LogSoftmax(1), nn.Flatten(2), nn.Linear(99, 5) if False else nn.Flatten(), nn.Softmax(dim=1),
)
""",
        (4, 12, 12),
    ),
    "lazy": (
        """
def vgg_block(num_convs, out_channels):
    layers = []
    for _ in range(num_convs):
        layers.append(nn.LazyConv2d(out_channels, kernel_size=3, padding=1))
        layers.append(nn.LazyBatchNorm2d())
        layers.append(nn.ReLU())
    layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
    return nn.Sequential(*layers)


net = nn.Sequential(vgg_block(1, 8), vgg_block(2, 16), nn.Flatten(), nn.LazyLinear(10, bias=False))
net(torch.zeros(1, 3, 16, 16))
""",
        (3, 16, 16),
    ),
    "modules by name": (
        """
class Net(nn.Module):
    activations = {"relu": nn.ReLU, "gelu": nn.GELU}

    def __init__(self, act="relu", *widths, final=None, **rest):
        super().__init__()
        assert hasattr(self, "activations") and not hasattr(self, "nothing")
        self.act = self.activations[act]()
        self.branches = nn.ModuleDict({"a": nn.Conv2d(3, 4, 1), "b": nn.Conv2d(3, 4, 3, padding=1)})
        for i, width in enumerate(widths):
            setattr(self, f"conv{i}", nn.Conv2d(4 if i == 0 else widths[i - 1], width, 3))
        self.count = len(widths)
        self.final = final or nn.Identity()

    @property
    def name(self):
        return f"{self.__class__.__name__} of {self.count}"

    @staticmethod
    def halve(x):
        return F.max_pool2d(x, 2)

    def forward(self, x):
        out = sum(branch(x) for branch in self.branches.values())
        for i in range(self.count):
            out = self.act(getattr(self, f"conv{i}")(out))
            while out.shape[-1] > 12:
                out = self.halve(out)
        x, *_ = self.final(out), None
        return x if x.dim() == 4 and not x.numel() < 1 else None


net = Net("gelu", 8, 16, final=nn.Conv2d(16, 2, 1))
print(net.name, sum(p.numel() for p in net.parameters() if p.requires_grad))
""",
        (3, 40, 40),
    ),
    "frozen layers behind a new head": (
        """
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.Flatten(), nn.Linear(8 * 36, 100))
for parameter in net.parameters():
    parameter.requires_grad = False
net[3] = nn.Linear(8 * 36, 10)
print(sum(p.numel() for p in net.parameters() if p.requires_grad))
net.requires_grad_(False)
net[1].requires_grad_()
net[0].bias.requires_grad_(True)
print([name for name, p in net.named_parameters() if p.requires_grad])
print(nn.Parameter(torch.zeros(3), requires_grad=False).requires_grad)
""",
        (3, 8, 8),
    ),
    "classes that inherit": (
        """
class Base(nn.Module):
    kernel = 3

    def __init__(self, c):
        super().__init__()
        self.conv = self.make(c)

    def make(self, c):
        return nn.Conv2d(c, c, self.kernel, padding=self.kernel // 2)

    def forward(self, x):
        return self.conv(x)


class Wide(Base):
    kernel = 5

    def __init__(self, c):
        super().__init__(c)
        self.more = super().make(2 * c)

    def forward(self, x):
        y = super().forward(x)
        return self.more(torch.cat([x, y], dim=1))


class Swish(nn.ReLU):
    def forward(self, x):
        return x * torch.sigmoid(x) + super().forward(x)


class Config:
    def __init__(self, width=8):
        self.width = width


config = Config(width=6)
net = nn.Sequential(nn.Conv2d(3, config.width, 1), Wide(config.width), Swish())
""",
        (3, 11, 11),
    ),
    "reshaping": (
        """
class Net(nn.Module):
    def forward(self, x):
        n, c, h, w = x.shape
        a = x.reshape(n, c, h * w).permute(0, 2, 1)
        a = a.unsqueeze(1).squeeze(1).transpose(1, 2).reshape(n, c, h, w)
        b = torch.stack([x, a], dim=2).mean(2) + x[:, 0:1] + x[:, -1].unsqueeze(1)
        b = torch.maximum(b, x).clamp(min=0, max=6) / 6 + b.abs().sqrt().exp().log().neg().pow(2)
        b = b.amax((2, 3), keepdim=True) + torch.sum(x, dim=1, keepdim=True)
        return torch.flatten(b, start_dim=1, end_dim=2).sum(-1)


net = Net()
""",
        (4, 6, 5),
    ),
    "in place": (
        """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        before = x = self.conv(x)
        x = self.relu(x)
        x = x + before
        kept = x
        x += self.conv(x)
        x *= 2
        out = kept - F.leaky_relu(kept, 0.1, inplace=True) / 3
        return out.relu_() + out


net = Net()
""",
        (3, 6, 5),
    ),
}
