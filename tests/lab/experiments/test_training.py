"""The bundled digits and the loop that trains on them."""

import hashlib
from itertools import islice

import pytest
import torch
from torch import nn

from app.lab.experiments import digits
from app.lab.experiments.stack import Stack, initialise
from app.lab.experiments.training import RECIPE, Recipe, _batches, descend


def test_the_digits_are_those_that_were_published() -> None:
    shades, labels = digits.stored()
    assert shades.shape == (1797, 8, 8)
    assert shades.max() == digits.SHADES
    # Of the bytes of scikit-learn 1.9.1's load_digits().images.
    pixels = hashlib.sha256(shades.numpy().tobytes()).hexdigest()
    assert pixels == "8f26b2bd9d135c256808f68f14fdabddde6d9c7f869ae419704b051f0f14b3b3"
    # How many of each digit, by the data set's own description.
    assert torch.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_images_are_scaled_alike() -> None:
    images, labels = digits.load()
    assert images.shape == (1797, *digits.SHAPE)
    assert images.mean().item() == pytest.approx(0, abs=1e-5)
    assert images.std().item() == pytest.approx(1, abs=1e-5)
    assert labels.dtype == torch.int64
    assert torch.equal(digits.scaled(digits.stored()[0][5:7]), images[5:7])


def test_every_image_is_seen_once_before_any_is_seen_twice() -> None:
    batches = list(islice(_batches(10, 3, 0), 7))
    assert all(len(batch) == 3 for batch in batches)
    for epoch in (batches[:3], batches[3:6]):
        assert len(set(torch.cat(epoch).tolist())) == 9
    assert torch.cat(batches[:3]).tolist() != torch.cat(batches[3:6]).tolist()


def test_a_step_is_what_the_formulas_say() -> None:
    """SGD with momentum and a warm-up, by hand, on a linear net without batches in between."""
    torch.manual_seed(0)
    last = nn.Linear(64, 10, bias=False)
    net = nn.Sequential(nn.Flatten(), last)
    images, labels = digits.load()
    weight = last.weight.detach().clone().requires_grad_()
    velocity = torch.zeros_like(weight)
    recipe = Recipe(batch=32, rate=0.1, momentum=0.5, warm_up=2)
    found = list(islice(descend(net, 3, recipe), 3))
    for number, (batch, step) in enumerate(zip(_batches(1797, 32, 3), found, strict=False), 1):
        scores = images[batch].flatten(1) @ weight.T
        loss = (scores.logsumexp(1) - scores[range(32), labels[batch]]).mean()
        assert step.loss == pytest.approx(loss.item(), rel=1e-5)
        assert step.accuracy == pytest.approx((scores.argmax(1) == labels[batch]).double().mean().item())
        (gradient,) = torch.autograd.grad(loss, weight)
        velocity = 0.5 * velocity + gradient
        with torch.no_grad():
            weight -= 0.1 * min(1, number / 2) * velocity
    torch.testing.assert_close(last.weight, weight)


def test_nets_take_turns_without_touching_one_another() -> None:
    def net() -> Stack:
        torch.manual_seed(1)
        made = Stack(8, 4, True, True, "relu", channels=1)
        initialise(made, "he")
        return made

    alone = list(islice(descend(net(), 7), 4))
    one, other = descend(net(), 7), descend(net(), 8)
    beside = [(next(one), next(other))[0] for _ in range(4)]
    assert beside == alone


def test_a_loss_that_is_no_number_is_none() -> None:
    last = nn.Linear(64, 10)
    nn.init.constant_(last.weight, float("inf"))
    assert next(descend(nn.Sequential(nn.Flatten(), last), 0, RECIPE)).loss is None
