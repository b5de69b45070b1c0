from app.lab import catalogue, pictures
from app.web.controls import controls, options


def test_every_option_has_a_control_set_to_its_default() -> None:
    for kind in catalogue.EXPERIMENTS.values():
        made = controls(kind.name, {}, ("resnet18", "vgg16"))
        assert [control.name for control in made] == [f"{kind.name}.{name}" for name in kind.options]
        fields = []
        for control in made:
            if control.choices:
                fields += [(control.name, choice.value) for choice in control.choices if choice.on]
            else:
                fields.append((control.name, control.value))
        takes = {"network": "resnet18"} if kind.takes_network else {}
        spec = catalogue.spec(kind.name, options=options(kind.name, fields), **takes)  # type: ignore[arg-type]
        assert spec == catalogue.spec(kind.name, **takes)  # type: ignore[arg-type]


def test_an_author_s_depth_is_offered_beside_the_usual_ones() -> None:
    (depths, *_) = controls("gradient-flow", {"depths": [26, 56]})
    assert [choice.value for choice in depths.choices if choice.on] == ["26", "56"]
    assert len(depths.choices) == 8


def test_what_an_experiment_is_about_is_set_at_first_sight() -> None:
    aside = {name: [c.label for c in controls(name, {}) if c.aside] for name in ("gradient-flow", "lesion")}
    assert aside == {"gradient-flow": ["width", "size", "batch"], "lesion": ["steps"]}


def test_a_switch_sends_off_and_then_on() -> None:
    sent = [("gradient-flow.batch_norm", "off"), ("gradient-flow.batch_norm", "on")]
    assert options("gradient-flow", sent) == {"batch_norm": "on"}
    assert options("gradient-flow", sent[:1]) == {"batch_norm": "off"}


def test_fields_of_other_experiments_and_unknown_ones_are_left_out() -> None:
    sent = [("receptive-field.init", "he"), ("gradient-flow.nothing", "1"), ("code", "x"), ("gradient-flow.skip", "on")]
    assert options("gradient-flow", sent) == {"skip": ["on"]}


def test_a_picture_is_a_row_a_line_and_what_is_none_stays_as_typed() -> None:
    picture = next(c for c in controls("feature-maps", {"image": pictures.SAMPLES[0]}) if c.shape == "picture")
    assert picture.value.splitlines()[1] == "00dfaf50"
    assert [choice.value for choice in picture.choices] == list(pictures.SAMPLES)
    assert options("feature-maps", [(picture.name, picture.value)]) == {"image": picture.value}
    typed = next(c for c in controls("feature-maps", {"image": "not\nthat"}) if c.shape == "picture")
    assert typed.value == "not\nthat"


def test_weights_are_offered_where_there_are_any() -> None:
    names = [control.name for control in controls("feature-maps", {})]
    assert "feature-maps.weights" not in names
    assert "feature-maps.photo" not in names
    (chosen,) = (c for c in controls("feature-maps", {"weights": "resnet34"}, ("vgg16",)) if c.label == "weights")
    assert [(choice.value, choice.label, choice.on) for choice in chosen.choices] == [
        ("", "trained here", False), ("vgg16", "vgg16", False), ("resnet34", "resnet34", True)]  # fmt: skip
