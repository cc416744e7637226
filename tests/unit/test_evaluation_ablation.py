"""Leaving parts out: which combinations there are, what stands in, and that it can stand in nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from evals.ablation.throwaway import MARK, require
from evals.ablation.up import ablated
from evals.pipelines import Asking, asking, tiers_for

from careline.tenants.load import load_pack
from careline_cli.evaluation.ablation import ALL, DEPLOYED, Ablation, AblationImpossible, Pipeline, require_possible
from careline_cli.evaluation.ablations import measured
from careline_cli.evaluation.published import Published, PublishedError, published
from careline_cli.report.pipelines import accuracy_chart, cost_chart, dots
from careline_cli.stack.plan import default_plan

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "evals" / "published"
WITHIN = re.compile(r"^\s*(?:from|import)\s+evals\b", re.M)


def modules(ablation: Ablation) -> dict[str, str]:
    return {service.name: service.module for service in ablated(default_plan(), ablation).services}


def test_only_what_is_left_out_is_replaced() -> None:
    whole = modules(DEPLOYED)
    assert whole == {service.name: service.module for service in default_plan().services}
    replaced = {each.label: sorted(set(modules(each).items()) - set(whole.items())) for each in ALL}
    accepting, deciding = ("verifier", "evals.ablation.accepting"), ("classifier", "evals.ablation.deciding")
    assert replaced == {
        "E": [deciding, accepting],
        "C1-E": [deciding, accepting],
        "C2-E": [accepting],
        "C1-E-V": [deciding],
        "C2-E-V": [],
    }


def test_what_stands_in_refuses_a_home_that_is_not_thrown_away(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="no throw-away stack"):
        require(tmp_path)
    (tmp_path / MARK).touch()
    require(tmp_path)


def test_nothing_that_is_installed_imports_what_stands_in() -> None:
    files = [*ROOT.glob("libs/common/**/*.py"), *ROOT.glob("services/**/*.py"), *ROOT.glob("cli/**/*.py")]
    assert len(files) > 100
    assert not [file.name for file in files if WITHIN.search(file.read_text(encoding="utf-8"))]
    images = [*ROOT.glob("deploy/**/*ockerfile*"), *ROOT.glob("deploy/docker/**/*")]
    assert images
    copied = re.compile(r"^\s*COPY\b.*\bevals\b", re.M)
    assert not [file for file in images if file.is_file() and copied.search(file.read_text(encoding="utf-8"))]


def test_a_pack_from_elsewhere_cannot_be_published_in_a_stack_that_is_thrown_away() -> None:
    for each in ALL:
        require_possible(each, is_ours=True)
    require_possible(DEPLOYED, is_ours=False)
    with pytest.raises(AblationImpossible, match="tenants/ only"):
        require_possible(Ablation(Pipeline.UNVERIFIED), is_ours=False)


def test_a_run_becomes_a_point_per_question() -> None:
    rows = [
        {"expected_route": "operation", "right": True},
        {"expected_route": "operation", "right": False},
        {"expected_route": "guide", "right": True},
        {"expected_route": None, "right": True},
    ]
    total = {"calls": 6, "prompt_chars": 4000, "money": 0.5}
    summary = {"right": 3, "rows": 4, "wrong_writes": 1, "p50_ms": 7.0, "llm": {"total": total}}
    point = measured({"pipeline": "classifier-executor", "levels": 1, "rows": rows, "summary": summary})
    assert (point.label, point.system, point.guide, point.mean) == ("C1-E", 50.0, 100.0, 75.0)
    assert (point.calls, point.prompt_chars, point.money) == (1.5, 1000.0, 0.125)
    assert point.name == "C1-E"
    again = measured(
        {"pipeline": "classifier-executor", "levels": 1, "tiers": "small", "rows": rows, "summary": summary}
    )
    assert (again.name, again.as_json()["tiers"]) == ("C1-E, small", "small")


def test_published_figures_are_complete_and_name_their_source() -> None:
    chops = published(PUBLISHED, "cphos")[0]
    assert "2404.01343" in chops.source
    assert (chops.best.system, chops.best.guide) == (98.0, 99.0)
    for point in chops.points:
        if point.system is not None and point.guide is not None:
            assert point.mean == pytest.approx((point.system + point.guide) / 2)
    assert published(PUBLISHED, "shop") == []


def test_a_bad_file_of_published_figures_is_named(tmp_path: Path) -> None:
    assert published(tmp_path / "absent", "cphos") == []
    (tmp_path / "of-no-pack.json").write_text('{"name": "x"}')
    assert published(tmp_path, "cphos") == []
    (tmp_path / "bad.json").write_text('{"pack": "cphos", "points": 3}')
    with pytest.raises(PublishedError, match=r"bad\.json"):
        published(tmp_path, "cphos")


def test_charts_show_measured_and_published_points_whatever_is_unknown() -> None:
    from xml.etree import ElementTree

    chops = published(PUBLISHED, "cphos")
    summary = {"right": 1, "rows": 1, "wrong_writes": 0, "p50_ms": None,
               "llm": {"total": {"calls": 0, "prompt_chars": 0, "money": 0.0}}}  # fmt: skip
    ours = [measured({"pipeline": p, "levels": 2, "rows": [{"right": True}], "summary": summary}) for p in Pipeline]
    both = dots(ours, chops)
    assert len(both) == 3 + len(chops[0].points)
    accuracy, cost = accuracy_chart(both), cost_chart(both)
    for chart in (accuracy, cost, accuracy_chart([]), accuracy_chart(dots(ours, [])), cost_chart(dots(ours, []))):
        ElementTree.fromstring(chart)
    assert accuracy.count('class="ours"') == 3
    assert "CHOPS: executor, gpt-4, mean 84.5 %" in accuracy
    assert cost.count('class="theirs"') == sum(point.prompt_chars is not None for point in chops[0].points)
    assert "nothing to draw" in cost_chart([])


def test_runs_with_and_without_models_are_told_apart_in_one_chart() -> None:
    from xml.etree import ElementTree

    def run(tiers: str, calls: int) -> dict[str, object]:
        total = {"calls": calls, "prompt_chars": 900 * calls, "money": 0.0}
        summary = {"right": 1, "rows": 1, "wrong_writes": 0, "p50_ms": 1.0, "llm": {"total": total}}
        rows = [{"right": True, "expected_route": "operation"}]
        return {"pipeline": "executor", "levels": 2, "tiers": tiers, "rows": rows, "summary": summary}

    ours = dots([measured(run("reflex", 0)), measured(run("cascade", 2))], published(PUBLISHED, "cphos"))
    assert [(dot.label, dot.style) for dot in ours[:2]] == [("E, reflex", "ours"), ("E, cascade", "asked")]
    root = ElementTree.fromstring(accuracy_chart(ours))
    places = {each.get("class"): float(each.get("cy", "")) for each in root.iter() if each.tag.endswith("circle")}
    assert places["asked"] < places["ours"] < places["theirs"]  # none hides another
    assert float(root.get("viewBox", "").split()[-1]) > max(places.values())


@pytest.mark.parametrize("way", list(Asking))
def test_a_pack_is_asked_about_as_often_as_is_wanted(way: Asking) -> None:
    folder = ROOT / "tenants" / "shop"
    with asking(folder, way) as copied:
        tiers, own = load_pack(copied).tenant.tiers, load_pack(folder).tenant.tiers
    assert not copied.exists()
    for role in ("classifier", "executor", "verifier"):
        now, before = getattr(tiers, role), getattr(own, role)
        wanted = {
            Asking.REFLEX: {"small": None, "large": None},
            Asking.CASCADE: {},
            Asking.ALWAYS: {"reflex": 1.0},
        }[way]
        assert now == before.model_copy(update=wanted)


def test_thresholds_of_the_packs_own_stay() -> None:
    own = {"seconds": 3, "classifier": {"reflex": 0.9}, "small": {"model": "m"}}
    assert tiers_for(Asking.CASCADE, own) == own
    assert tiers_for(Asking.REFLEX, own)["classifier"] == {"reflex": 0.9, "small": None, "large": None}


def test_the_best_point_is_the_most_accurate() -> None:
    assert Published.model_validate(
        {"name": "n", "pack": "p", "title": "t", "source": "s", "url": "u",
         "points": [{"label": str(mean), "pipeline": "executor", "levels": None, "system": None, "guide": None,
                     "mean": mean, "prompt_chars": None} for mean in (1, 3, 2)]}
    ).best.label == "3"  # fmt: skip
