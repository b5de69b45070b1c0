"""The zoo as PyTorch that a student can read: which family prints which name."""

from app.lab.zoo import cifar, resnet, vgg

VGG = tuple(name + norm for norm in ("", "_bn") for name in vgg.STAGES)
#: As ``torchvision.models`` names them.
TORCHVISION = (*VGG, *resnet.RESNETS, *resnet.WIDE)
#: Every name that is offered, by family, in the order of a menu.
FAMILIES = {
    "VGG": VGG,
    "ResNet": (*resnet.RESNETS, *resnet.V1),
    "ResNet’s heirs": (*resnet.WIDE, *resnet.SQUEEZED, *resnet.PRE_ACTIVATED),
    "CIFAR": cifar.NAMES,
}
NAMES = tuple(name for names in FAMILIES.values() for name in names)


def source(name: str, num_classes: int | None = None) -> str:
    """The text of a network of the zoo; KeyError where there is none of this name.

    ``num_classes`` is the size of its last layer: 1000 for ImageNet and 10 for CIFAR where it is not given.
    """
    if name.startswith("cifar_"):
        return cifar.source(name, num_classes or 10)
    print_one = vgg.source if name.startswith("vgg") else resnet.source
    return print_one(name, num_classes or 1000)
