"""The report: one page, nothing from elsewhere, nothing hostile alive in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec
import numpy as np
import pytest

from core.errors import ChainruleError
from core.examples import EXAMPLES
from core.experiment import DataSpec, Decay, Experiment, NetworkSpec, OptimizerSpec, Stop, TrainingSpec
from core.exporters.report import Code, Facts, Listing, Picture, report_html
from core.exporters.report_settings import settings
from core.own_data.own_rows import own_rows

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)>\"&\x00\x1b"
SVG = (
    '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><defs>'
    '<clipPath id="c1"><path d="M0,0"/></clipPath></defs><g clip-path="url(#c1)"><text x="1">loss</text></g></svg>'
)


class Page(HTMLParser):
    """The elements and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def hostile_page() -> str:
    sections = [
        Facts(HOSTILE, [(HOSTILE, HOSTILE)]),
        Listing(HOSTILE, (HOSTILE,), [(HOSTILE,)]),
        Code(HOSTILE, HOSTILE),
        Picture(HOSTILE, SVG, SVG, HOSTILE),
    ]
    return report_html(HOSTILE, HOSTILE, [(HOSTILE, HOSTILE)], sections)


def test_hostile_names_stay_text() -> None:
    page = Page(hostile_page())
    assert not page.named("script")
    assert not page.named("img")
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert page.text.count("<script>alert('x')</script>") >= 10
    assert "\x00" not in hostile_page()
    assert "\x1b" not in hostile_page()


def test_the_page_needs_nothing_else() -> None:
    html = hostile_page()
    page = Page(html)
    assert not page.named("link")
    assert not page.named("iframe")
    assert not re.search(r"""(src|href)=["'](?!data:)""", re.sub(r"&[a-z#0-9x]+;", "", html))
    assert "@import" not in html
    assert "url(http" not in html
    policy = next(each["content"] for each in page.named("meta") if each.get("http-equiv"))
    assert policy is not None
    assert "default-src 'none'" in policy


def test_pictures_are_there_in_both_looks_and_do_not_get_into_each_others_way() -> None:
    html = report_html("t", "s", [], [Picture("a", SVG, SVG), Picture("b", SVG, SVG, wide=True)])
    page = Page(html)
    assert len(page.named("svg")) == 4
    assert [each["class"] for each in page.named("div")] == ["light", "dark", "light", "dark"]
    identifiers = [each["id"] for each in page.named("clippath")]
    assert len(set(identifiers)) == 4
    assert [each["clip-path"] for each in page.named("g")] == [f"url(#{name})" for name in identifiers]
    assert "<?xml" not in html


@pytest.mark.parametrize(
    "part",
    [
        "<script>1</script>",
        "<foreignObject><b/></foreignObject>",
        '<path onload="x"/>',
        '<image href="http://example.org/x.png"/>',
        '<image xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="file:///etc/passwd"/>',
        "<style>*{}</style>",
        '<a href="javascript:1"/>',
        "<path>",
    ],
)
def test_a_picture_with_anything_but_a_drawing_in_it_is_refused(part: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{part}</svg>'
    with pytest.raises(ChainruleError, match="picture"):
        report_html("t", "s", [], [Picture("p", svg, SVG)])


def test_a_bitmap_inside_a_picture_may_stay() -> None:
    image = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<image xlink:href="data:image/png;base64,AAAA"/></svg>'
    )
    assert "base64,AAAA" in report_html("t", "s", [], [Picture("p", image, image)])


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_settings_of_every_example(name: str) -> None:
    experiment = EXAMPLES[name]
    facts = {section.title: dict(section.rows) for section in settings(experiment, 100, 337)}
    assert facts["Network"]["parameters"] == "337"
    assert facts["Network"]["seed of the weights"] == str(experiment.network.seed)
    assert len([row for row in facts["Network"] if row.startswith("hidden")]) == len(experiment.network.hidden)
    assert facts["Training"]["learning rate"] == f"{experiment.training.learning_rate:.10g}"
    several = experiment.name in ("blobs-5", "yin-yang")
    assert facts["Training"]["loss"] == ("softmax cross-entropy" if several else experiment.training.loss)
    assert ("classes" in facts["Data"]) == several
    assert ("kept back for testing" in facts["Data"]) == (experiment.data.test_share > 0)
    fixed = experiment.data.kind in ("lecture", "moons-demo")
    assert ("seed of the data" in facts["Data"]) != fixed


@pytest.mark.parametrize(
    ("training", "name", "words"),
    [
        (TrainingSpec(decay=Decay(kind="linear", drop=0.9, steps=100)), "schedule", "falls 90 % over 100 steps"),
        (TrainingSpec(decay=Decay(kind="cosine", warmup=20)), "schedule", "warm-up of 20 steps"),
        (TrainingSpec(decay=Decay(kind="step", factor=0.5, steps=1000)), "schedule", "times 0.5 every 1,000 steps"),
        (TrainingSpec(decay=Decay(kind="exponential", per_step=0.99)), "schedule", "times 0.99 at each step"),
        (TrainingSpec(optimizer=OptimizerSpec(kind="adamw")), "optimiser", "weight decay 0.01"),
        (TrainingSpec(optimizer=OptimizerSpec(kind="nesterov", momentum=0.8)), "optimiser", "Nesterov, momentum 0.8"),
        (TrainingSpec(optimizer=OptimizerSpec(kind="rmsprop")), "optimiser", "α 0.99"),
        (TrainingSpec(l1=0.25), "L1", "0.25"),
        (TrainingSpec(batch=10), "batch", "10 samples"),
        (TrainingSpec(batch=1000), "batch", "all samples"),
        (TrainingSpec(clip=0.5), "gradient clipped to", "0.5"),
        (TrainingSpec(frozen=("L1", "L2.N1.b")), "frozen", "L1, L2.N1.b"),
        (
            TrainingSpec(stop=Stop(500, 0.01, 0.95)),
            "stops",
            "at step 500 or at a loss of 0.01 or at an accuracy of 95 %",
        ),
    ],
)
def test_what_training_does_is_told(training: TrainingSpec, name: str, words: str) -> None:
    experiment = msgspec.structs.replace(Experiment(), training=training)
    assert words in dict(settings(experiment, 100, 41)[2].rows)[name]


def test_what_the_network_is_is_told() -> None:
    network = NetworkSpec(features=("x1", "x1^2", "sin(x2)"), bias=False, init="he", output="tanh")
    data = DataSpec("yin-yang", 100, test_share=0.25)
    tables = {section.title: dict(section.rows) for section in settings(Experiment("e", data, network), 75, 9)}
    assert tables["Network"]["features"] == "x₁, x₁², sin x₂"
    assert tables["Network"]["biases"] == "none" and tables["Network"]["initial weights"] == "He"
    assert tables["Network"]["output"] == "3 scores, one for each class"
    assert tables["Data"]["classes"] == "yin, yang, dot"
    assert tables["Data"]["training samples"] == "75"
    assert tables["Data"]["kept back for testing"] == "25 samples, 25 % of all"


def test_own_data_say_where_they_are_from() -> None:
    own = own_rows("flats.csv", np.ones((8, 1)), np.arange(8.0), names=("size",), target_name="rent")
    facts = dict(settings(Experiment("e", DataSpec("own", own=own)), 8, 9)[0].rows)
    assert (facts["from"], facts["inputs"], facts["target"], facts["samples"]) == ("flats.csv", "size", "rent", "8")
    assert "seed of the data" not in facts and "noise" not in facts
