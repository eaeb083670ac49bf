"""``compose.yaml``: valid, hardened, without a way out, and in step with the settings."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
HUIBAO = SERVICES["huibao"]
HAPROXY = (ROOT / "deploy" / "gateway" / "haproxy.cfg").read_text(encoding="utf-8")


def default_of(value: str) -> str:
    """What compose puts in for ``value`` where no variable is set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def settings() -> Settings:
    """The settings of the service; the image has the host."""
    given = {name: default_of(value) for name, value in HUIBAO["environment"].items()}
    return Settings.from_environment(given | {"HUIBAO_HOST": "0.0.0.0"})


def test_it_is_valid_by_the_specification_of_compose() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, "compose.yaml"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_hardened_and_limited(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert "privileged" not in service
    assert ":latest" not in service["image"]
    assert ":" in service["image"]


def test_only_the_gateway_has_a_way_out() -> None:
    internal = {name for name, network in COMPOSE["networks"].items() if network.get("internal")}
    ways_out = {name for name, it in SERVICES.items() if set(it["networks"]) - internal}
    assert ways_out == {"gateway"}
    # Docker would not publish them.
    assert {name for name, service in SERVICES.items() if "ports" in service} == {"gateway"}
    assert not {name for name, it in SERVICES.items() if "network_mode" in it}


def test_the_gateway_listens_on_this_machine_only_unless_told_otherwise() -> None:
    for port in SERVICES["gateway"]["ports"]:
        assert default_of(port).startswith("127.0.0.1:")


def test_the_gateway_passes_on_to_the_ports_there_are() -> None:
    published = {int(port.rpartition(":")[2]) for port in SERVICES["gateway"]["ports"]}
    assert published == {int(port) for port in re.findall(r"bind :(\d+)", HAPROXY)}
    targets = re.findall(r"server-template \S+ \d+ (\w+):(\d+)", HAPROXY)
    assert dict(targets) == {"huibao": str(settings().port), "grafana": "3000"}
    assert set(dict(targets)) <= set(SERVICES)
    assert f"check port {settings().operations_port} " in HAPROXY
    assert re.findall(r"timeout (?:client|server) (\d+)s", HAPROXY) == ["180", "180"]
    assert settings().timeout < 180
    assert settings().graceful_timeout >= settings().timeout


def test_the_settings_can_be_used_and_need_keys() -> None:
    assert settings().has_keys
    assert not settings().allow_anonymous
    known = {PREFIX + item.name.upper() for item in fields(Settings)}
    assert set(HUIBAO["environment"]) <= known
    assert settings().torch_threads == int(
        default_of(HUIBAO["deploy"]["resources"]["limits"]["cpus"])
    )


def test_the_keys_are_a_secret_that_is_mounted_where_the_service_looks() -> None:
    assert settings().api_keys_file == f"/run/secrets/{HUIBAO['secrets'][0]}"
    used = {name for service in SERVICES.values() for name in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])
    assert all("file" in secret for secret in COMPOSE["secrets"].values())


def test_stopping_waits_for_accepted_requests() -> None:
    seconds = int(HUIBAO["stop_grace_period"].removesuffix("s"))
    assert seconds > settings().drain_seconds + settings().graceful_timeout
    # A gateway that checks every second must see it before the listener closes.
    assert settings().drain_seconds >= 2
    assert "inter 1s fall 1" in HAPROXY


def test_what_is_mounted_is_there() -> None:
    sources = [
        volume.split(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
    ]
    for source in sources:
        assert source in COMPOSE["volumes"] or (ROOT / source).exists(), source


def test_prometheus_finds_every_instance_on_its_operations_port() -> None:
    assert "--config.file=/etc/prometheus/prometheus.yml" in SERVICES["prometheus"]["command"]
    configuration = yaml.safe_load(COMPOSE["configs"]["prometheus"]["content"])
    (job,) = configuration["scrape_configs"]
    (found,) = job["dns_sd_configs"]
    assert set(found["names"]) <= set(SERVICES)
    assert found["port"] == settings().operations_port
    mounted = {volume.split(":")[1] for volume in SERVICES["prometheus"]["volumes"]}
    assert {f"/etc/prometheus/{name}" for name in configuration["rule_files"]} <= mounted


def test_the_alerts_are_about_the_job_there_is() -> None:
    alerts = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
    (job,) = yaml.safe_load(COMPOSE["configs"]["prometheus"]["content"])["scrape_configs"]
    assert set(re.findall(r'job="(\w+)"', alerts)) <= {job["job_name"]}


def test_grafana_finds_the_dashboard_and_prometheus() -> None:
    provider = yaml.safe_load(COMPOSE["configs"]["grafana_dashboards"]["content"])["providers"][0]
    folder = provider["options"]["path"]
    assert f"./deploy/grafana:{folder}:ro" in SERVICES["grafana"]["volumes"]
    source = yaml.safe_load(COMPOSE["configs"]["grafana_datasource"]["content"])["datasources"][0]
    assert re.fullmatch(r"http://prometheus:\d+", source["url"])


def test_configurations_are_used_by_some_service() -> None:
    used = {it["source"] for service in SERVICES.values() for it in service.get("configs", [])}
    assert used == set(COMPOSE["configs"])
