"""The dashboard and the alert rules ask for metrics and labels that there are."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from extraction.extracting import Extractor
from service.app import create_app
from service.settings import Settings
from service.telemetry.metrics import Metrics
from service.work.model_host import ModelHost
from tests.conftest import CueTagger

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
DASHBOARD = DEPLOY / "grafana" / "huibao.json"
RULES = DEPLOY / "prometheus" / "alerts.yml"
SCRAPES = DEPLOY / "prometheus" / "prometheus.yml"
REPORT = "全年完成投资469亿元，同比增长8.3%。\n人手不足的问题仍在。\n下一步将加强培训。"
# Prometheus itself adds these.
TARGET_LABELS = {"job", "instance"}


@pytest.fixture(scope="module")
def exposition() -> str:
    """What a service tells that has done everything once."""
    host = ModelHost(CueTagger, places=1)
    host.start()
    metrics = Metrics()
    metrics.worker.started(queue=2)
    metrics.worker.ready(host.card)
    settings = Settings(cache_seconds=60)
    with create_app(host, Extractor(), settings, metrics).test_client() as client:
        for _ in range(2):
            assert client.post("/v1/summaries", json={"text": REPORT}).status_code == 200
        item = {"id": "1", "text": REPORT}
        assert client.post("/v1/summaries/batch", json={"items": [item]}).status_code == 200
        file = {"file": (io.BytesIO(REPORT.encode()), "a.txt")}
        assert client.post("/v1/files/summaries", data=file).status_code == 200
        for path in ("/livez", "/readyz", "/metrics", "/unknown"):
            client.get(path)
        text: str = client.get("/metrics").text
    return text


@pytest.fixture(scope="module")
def known(exposition: str) -> dict[str, dict[str, set[str]]]:
    """The values of the labels of each series."""
    found: dict[str, dict[str, set[str]]] = {"up": {}}
    for family in text_string_to_metric_families(exposition):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for name, value in sample.labels.items():
                labels.setdefault(name, set()).add(value)
    return found


def dashboard() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(DASHBOARD.read_text("utf-8"))
    return loaded


def dashboard_queries() -> list[str]:
    targets = [t["expr"] for panel in dashboard()["panels"] for t in panel.get("targets", ())]
    return [query.replace("$__rate_interval", "5m") for query in targets]


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def queries() -> list[str]:
    return [*dashboard_queries(), *(rule["expr"] for rule in rules())]


def selectors(expression: object) -> Iterator[Any]:
    """The vector selectors of a parsed query."""
    if isinstance(expression, promql_parser.VectorSelector):
        yield expression
    for name in ("expr", "lhs", "rhs", "vector_selector", "param"):
        yield from selectors(inner) if (inner := getattr(expression, name, None)) else ()
    for argument in getattr(expression, "args", None) or ():
        yield from selectors(argument)


def grouped_by(expression: object) -> Iterator[tuple[set[str], object]]:
    """The labels that aggregations keep, and what they aggregate."""
    if isinstance(expression, promql_parser.AggregateExpr) and expression.modifier:
        yield set(expression.modifier.labels), expression.expr
    for name in ("expr", "lhs", "rhs"):
        yield from grouped_by(inner) if (inner := getattr(expression, name, None)) else ()
    for argument in getattr(expression, "args", None) or ():
        yield from grouped_by(argument)


def may_match(matcher: Any, values: set[str]) -> bool:
    """Whether a matcher of a selector lets any of the values through."""
    operation = str(matcher.op).removeprefix("MatchOp.")
    matches = {
        "Equal": lambda value: value == matcher.value,
        "NotEqual": lambda value: value != matcher.value,
        "Re": lambda value: re.fullmatch(matcher.value, value) is not None,
        "NotRe": lambda value: re.fullmatch(matcher.value, value) is None,
    }[operation]
    return any(map(matches, values))


def test_there_are_queries_of_every_kind() -> None:
    assert len(dashboard_queries()) > 40
    assert len(rules()) > 10


@pytest.mark.parametrize("query", queries())
def test_queries_ask_for_what_there_is(query: str, known: dict[str, dict[str, set[str]]]) -> None:
    parsed = promql_parser.parse(query)
    asked = list(selectors(parsed))
    assert len(asked) == len(re.findall(r"\bhuibao_\w+|\bup\b", query))
    for selector in asked:
        assert selector.name in known
        labels = known[selector.name]
        for matcher in selector.matchers.matchers:
            if matcher.name not in TARGET_LABELS:
                assert matcher.name in labels
                if matcher.name != "status":
                    assert may_match(matcher, labels[matcher.name]), matcher
    for kept, inner in grouped_by(parsed):
        for selector in selectors(inner):
            assert kept <= {*known[selector.name], *TARGET_LABELS}


def test_a_query_for_what_there_is_not_would_be_found(
    known: dict[str, dict[str, set[str]]],
) -> None:
    for wrong in (
        "rate(huibao_request_total[5m])",
        'huibao_problems_total{kind="overloaded"}',
        'huibao_problems_total{code="overlaoded"}',
        "sum by (rout) (huibao_requests_total)",
        "histogram_quantile(0.5, sum by (le, stage) (huibao_request_seconds_bucket))",
    ):
        with pytest.raises(AssertionError):
            test_queries_ask_for_what_there_is(wrong, known)


def test_every_metric_is_on_the_dashboard(known: dict[str, dict[str, set[str]]]) -> None:
    shown = "\n".join(dashboard_queries())
    endings = re.compile(r"_(bucket|sum|count|created)$")
    families = {endings.sub("", name) for name in known} - {"up"}
    elsewhere = {
        "huibao_worker_process_virtual_memory_bytes",
        "huibao_worker_process_start_time_seconds",
    }
    missing = {
        name
        for name in families - elsewhere
        if not re.search(rf"{name}(_total|_bucket|_sum|_count)?\b", shown)
    }
    assert missing == set()


def test_the_dashboard_is_one_that_grafana_takes() -> None:
    loaded = dashboard()
    panels = loaded["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    variables = {item["name"] for item in loaded["templating"]["list"]}
    assert variables == {"datasource", "job", "instance"}
    cells = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        own = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not own & cells
        cells |= own
        assert panel["title"]
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] == "${datasource}"
            assert [target["refId"] for target in panel["targets"]] == list("ABCDEFG")[
                : len(panel["targets"])
            ]
    assert "://" not in DASHBOARD.read_text("utf-8")


def test_alerts_say_how_bad_it_is_and_what_to_do() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names)
    for rule in rules():
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert set(rule["annotations"]) == {"summary", "description"}


def test_the_example_scrapes_what_the_alerts_are_about() -> None:
    loaded = yaml.safe_load(SCRAPES.read_text("utf-8"))
    [scrape] = loaded["scrape_configs"]
    assert scrape["metrics_path"] == "/metrics"
    assert loaded["rule_files"] == [RULES.name]
    for rule in rules():
        for selector in selectors(promql_parser.parse(rule["expr"])):
            [job] = [item for item in selector.matchers.matchers if item.name == "job"]
            assert job.value == scrape["job_name"]


def promtool(*arguments: str, given: str = "") -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed (Debian package prometheus)")
    result = subprocess.run(
        [program, *arguments], input=given, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_prometheus_takes_the_rules_and_the_example() -> None:
    promtool("check", "rules", str(RULES))
    promtool("check", "config", str(SCRAPES))


def test_prometheus_takes_the_metrics(exposition: str) -> None:
    # In one process the client adds when each counter began, which promtool does not like.
    lines = [line for line in exposition.splitlines() if "_created" not in line]
    promtool("check", "metrics", given="\n".join(lines) + "\n")


def test_the_alerts_fire_when_they_should() -> None:
    promtool("test", "rules", str(Path(__file__).parent / "alerts_test.yml"))
