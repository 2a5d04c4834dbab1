"""The operations files under docker/: valid for the tools that read them, and in step with the binary."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import tomllib
import unittest

import yaml

from planish_server import Connection, Server, eventually, free_port, request

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
BINARY = os.environ["PLANISH_BIN"]
ENVIRONMENT = {k: v for k, v in os.environ.items() if not k.startswith("PLANISH_")}  # it refuses settings that it does not know
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}


def run(*command, env=None, timeout=60):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=timeout,
                          env=dict(ENVIRONMENT, **(env or {})))
    if done.returncode:
        raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def seconds(text):
    return float(re.match(r"[0-9.]+", str(text))[0]) * UNITS[re.search(r"[a-z]*$", str(text))[0] or "s"]


def tool(name):
    return shutil.which(name) or f"/usr/sbin/{name}"


def settings_of(arguments):
    """The effective settings of `planish serve ARGUMENTS`, as `planish check` prints them; it refuses what serve would refuse."""
    assert arguments[0] == "serve", arguments
    printed = run(BINARY, "check", *arguments[1:])
    return tomllib.loads(printed)


def most_memory(*arguments):
    """What planish and the kernel for its sockets can need at most together, as its start says, on 8 CPUs."""
    with Server(*arguments, threads=8) as server:
        line = server.wait_for_line("memory_bytes_max")
    return line["memory_bytes_max"] + line["kernel_bytes_max"]


def bytes_of(text):
    return int(re.match(r"\d+", text)[0]) * {"g": 2**30, "Gi": 2**30, "m": 2**20, "Mi": 2**20}[re.search(r"[A-Za-z]+$", text)[0]]


def time_to_stop(settings):
    return seconds(settings["drain_delay"]) + seconds(settings["shutdown_timeout"])


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Server("--upstream", "http://127.0.0.1:1/") as server:  # without one, nothing tells of it
            text = server.get("/metrics").body.decode()
        cls.known = set(re.findall(r"(?m)^# TYPE (\S+)", text)) | {"up"}

    def assert_known(self, expression):
        plain = re.sub(r"\{[^}]*\}|\"[^\"]*\"", "", expression)
        for name in re.findall(r"\b(?:planish|http_server|process)_\w+|\bup\b", plain):
            self.assertIn(re.sub(r"_(bucket|sum|count)$", "", name), self.known, expression)

    def test_alerts_are_valid_and_fire_when_they_should(self):
        run("promtool", "check", "config", DOCKER / "prometheus/prometheus.yml")
        run("promtool", "test", "rules", DOCKER / "prometheus/alerts_test.yml")

    def test_every_alert_is_tested(self):
        rules = yaml.safe_load((DOCKER / "prometheus/alerts.yml").read_text())["groups"][0]["rules"]
        tests = yaml.safe_load((DOCKER / "prometheus/alerts_test.yml").read_text())["tests"]
        fired = {case["alertname"] for test in tests for case in test["alert_rule_test"] if case.get("exp_alerts")}
        self.assertEqual(fired, {rule["alert"] for rule in rules})

    def test_alerts_use_metrics_that_exist(self):
        for rule in yaml.safe_load((DOCKER / "prometheus/alerts.yml").read_text())["groups"][0]["rules"]:
            self.assert_known(rule["expr"])

    def test_dashboard_uses_metrics_that_exist(self):
        dashboard = json.loads((DOCKER / "grafana/planish.json").read_text())
        expressions = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
        self.assertGreater(len(expressions), 8)
        rules = [{"record": f"r:{i}", "expr": e.replace("$__rate_interval", "5m").replace("$instance", ".*")} for i, e in enumerate(expressions)]
        with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
            yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)
            file.flush()
            run("promtool", "check", "rules", file.name)
        for expression in expressions:
            self.assert_known(expression)


    def test_dashboard_has_a_row_of_the_upstream(self):
        panels = json.loads((DOCKER / "grafana/planish.json").read_text())["panels"]
        row = [panel["title"] for panel in panels if panel["type"] == "row"]
        shown = " ".join(target["expr"] for panel in panels for target in panel.get("targets", []))
        self.assertEqual(row, ["Upstream"])
        for name in self.known:
            if name.startswith("planish_upstream_"):
                self.assertIn(name, shown)
        self.assertEqual(len({panel["id"] for panel in panels}), len(panels))

    def test_readme_has_them_all_and_no_other(self):
        table = (ROOT / "README.md").read_text().split("\n### Metrics\n")[1].split("\n### ")[0]
        told = {name for row in re.findall(r"(?m)^\| (`[^|]*) \|", table) for name in re.findall(r"`([a-z_*]+)`", row)}
        of_plugins = {name for name in told if name.startswith("planish_plugin_")}  # told where there is one
        self.assertEqual({"process_*" if name.startswith("process_") else name for name in self.known - {"up"}} | of_plugins, told)
        self.assertEqual(len(of_plugins), 6)


class Compose(unittest.TestCase):
    services = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]
    haproxy = (DOCKER / "haproxy.cfg").read_text()

    def test_two_planish_behind_haproxy(self):
        targets = re.findall(r'"\$\{SERVER_\w-([\w-]+):8080\}"', self.haproxy)
        self.assertEqual(targets, ["planish-a", "planish-b"])
        scraped = yaml.safe_load((DOCKER / "prometheus/prometheus.yml").read_text())["scrape_configs"][0]["static_configs"][0]["targets"]
        self.assertEqual(scraped, ["planish-a:8080", "planish-b:8080"])
        for name in targets:
            self.assertTrue(self.services[name]["read_only"])
            self.assertEqual(self.services[name]["cap_drop"], ["ALL"])

    def test_compose_takes_it(self):
        """By its client alone: no engine is asked."""
        read = yaml.safe_load(run("docker-compose", "-f", DOCKER / "compose.yaml", "--profile", "store", "config"))
        self.assertEqual(set(read["services"]), set(self.services))
        self.assertEqual({name for name, service in read["services"].items() if service.get("profiles")}, {"planish-to-store", "victorialogs"})
        for name in ("planish-a", "planish-b"):
            self.assertEqual(read["services"][name]["build"]["dockerfile"], "docker/Dockerfile")
            self.assertEqual(read["services"][name]["command"], self.services[name]["command"])

    def test_may_use_all_that_its_start_says(self):
        for name in ("planish-a", "planish-to-store"):
            with self.subTest(name):
                self.assertGreater(bytes_of(self.services[name]["mem_limit"]), most_memory(*self.services[name]["command"][1:]))

    def test_drains_for_longer_than_haproxy_needs_to_see_it(self):
        interval = seconds(re.search(r'inter "\$\{CHECK_INTERVAL-(\w+)\}"', self.haproxy)[1])
        fall = int(re.search(r"fall (\d+)", self.haproxy)[1])
        check = seconds(re.search(r"timeout check (\w+)", self.haproxy)[1])
        for name in ("planish-a", "planish-b"):
            settings = settings_of(self.services[name]["command"])
            self.assertGreater(seconds(settings["drain_delay"]), interval * fall + check)
            self.assertGreater(seconds(self.services[name]["stop_grace_period"]), time_to_stop(settings))

    def test_one_has_a_store_behind_it(self):
        """upstream_stores_test.py runs these command lines with the real store."""
        planish, store = self.services["planish-to-store"], self.services["victorialogs"]
        settings = settings_of(planish["command"])
        listen = next(part for part in store["command"] if part.startswith("-httpListenAddr="))
        self.assertTrue(settings["upstream"].startswith(f"http://victorialogs:{listen.rsplit(':', 1)[1]}/insert/jsonline?"))
        self.assertEqual(settings["upstream_fields"], ["Content-Type: application/stream+json"])
        self.assertEqual((settings["shape"], settings["answer"]), ("segment", "ndjson"))
        self.assertEqual(planish["depends_on"], ["victorialogs"])
        self.assertGreater(seconds(planish["stop_grace_period"]), time_to_stop(settings))
        scraped = yaml.safe_load((DOCKER / "prometheus/prometheus.yml").read_text())["scrape_configs"][0]["dns_sd_configs"][0]
        self.assertEqual(scraped, {"names": ["planish-to-store"], "type": "A", "port": 8080})

    def test_haproxy_takes_its_configuration(self):
        run(tool("haproxy"), "-c", "-f", DOCKER / "haproxy.cfg",
            env={"FRONT": "127.0.0.1:8000", "SERVER_A": "127.0.0.1:1", "SERVER_B": "127.0.0.1:2"})
        self.assertIn("option redispatch", self.haproxy)
        self.assertIn("retry-on conn-failure empty-response", self.haproxy)


class Kubernetes(unittest.TestCase):
    objects = {o["kind"]: o for o in yaml.safe_load_all((DOCKER / "kubernetes/planish.yaml").read_text())}
    pod = objects["Deployment"]["spec"]["template"]["spec"]
    container = pod["containers"][0]

    def test_grace_is_above_drain_and_shutdown(self):
        settings = settings_of(self.container["args"])
        self.assertGreater(self.pod["terminationGracePeriodSeconds"], time_to_stop(settings))
        probe = self.container["readinessProbe"]
        self.assertGreater(seconds(settings["drain_delay"]), probe["periodSeconds"] * probe["failureThreshold"] + probe["timeoutSeconds"])

    def test_may_use_all_that_its_start_says(self):
        arguments = [re.sub(r"^:\d+$", "127.0.0.1:0", part) for part in self.container["args"][1:]]
        self.assertGreater(bytes_of(self.container["resources"]["limits"]["memory"]), most_memory(*arguments))

    def test_runs_with_as_little_as_possible(self):
        self.assertTrue(self.pod["securityContext"]["runAsNonRoot"])
        self.assertEqual(self.pod["securityContext"]["runAsUser"], 65532)
        self.assertEqual(self.pod["securityContext"]["seccompProfile"]["type"], "RuntimeDefault")
        rights = self.container["securityContext"]
        self.assertTrue(rights["readOnlyRootFilesystem"])
        self.assertFalse(rights["allowPrivilegeEscalation"])
        self.assertEqual(rights["capabilities"], {"drop": ["ALL"]})

    def test_selectors_meet_the_labels(self):
        labels = self.objects["Deployment"]["spec"]["template"]["metadata"]["labels"]
        self.assertEqual(self.objects["Deployment"]["spec"]["selector"]["matchLabels"], labels)
        self.assertEqual(self.objects["Service"]["spec"]["selector"], labels)
        self.assertEqual(self.objects["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"], labels)
        self.assertEqual(self.objects["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]["name"], self.objects["Deployment"]["metadata"]["name"])
        self.assertLess(self.objects["PodDisruptionBudget"]["spec"]["minAvailable"], self.objects["HorizontalPodAutoscaler"]["spec"]["minReplicas"])

    def test_probes_are_answered(self):
        arguments = [re.sub(r"^0\.0\.0\.0:\d+$", "127.0.0.1:0", part) for part in self.container["args"][1:]]
        ports = {port["name"]: port["containerPort"] for port in self.container["ports"]}
        with Server(*arguments) as server:
            for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
                get = self.container[kind]["httpGet"]
                address = server.admin_addresses[0] if get["port"] == "admin" else server.address
                self.assertEqual(server.get(get["path"], address).status, 200)
        settings = settings_of(self.container["args"])
        self.assertIn(f':{ports["http"]}', " ".join(settings["listen"]))
        self.assertIn(f':{ports["admin"]}', " ".join(settings["admin_listen"]))


class Systemd(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name in ("planish.service", "planish.socket"):
            text = (DOCKER / "systemd" / name).read_text().replace("/usr/local/bin/planish", BINARY)
            pathlib.Path(folder.name, name).write_text(text)
        self.service, self.socket = (f"{folder.name}/planish.{kind}" for kind in ("service", "socket"))

    def test_units_are_valid(self):
        self.assertEqual(run("systemd-analyze", "verify", "--man=no", self.service, self.socket), "")

    def test_has_a_network_for_an_upstream(self):
        folder = pathlib.Path(self.service + ".d")
        folder.mkdir()
        (folder / "upstream.conf").write_text((DOCKER / "systemd/upstream.conf").read_text())
        self.assertEqual(run("systemd-analyze", "verify", "--man=no", self.service, self.socket), "")
        self.assertIn("PrivateNetwork=yes", pathlib.Path(self.service).read_text())
        self.assertIn("PrivateNetwork=no", (folder / "upstream.conf").read_text())
        self.assertIn("docker/systemd/upstream.conf /etc/systemd/system/planish.service.d/upstream.conf", (ROOT / "README.md").read_text())

    def test_unit_is_hardened(self):
        report = run("systemd-analyze", "security", "--offline=true", "--no-pager", self.service)
        exposure = float(re.search(r"Overall exposure level for planish\.service: ([0-9.]+)", report)[1])
        self.assertLessEqual(exposure, 0.8)

    def test_grace_is_above_drain_and_shutdown(self):
        stop = re.search(r"(?m)^TimeoutStopSec=(\w+)$", pathlib.Path(self.service).read_text())[1]
        self.assertGreater(seconds(stop), time_to_stop(settings_of(["serve"])))

    def test_serves_on_the_socket_it_is_given(self):
        port = free_port()
        process = subprocess.Popen(["systemd-socket-activate", "-l", f"127.0.0.1:{port}", BINARY, "serve"], env=ENVIRONMENT,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        def answers():
            try:
                with Connection(("127.0.0.1", port)) as client:
                    return client.ask(request(b'{"user_id":1,"events":[]}')).status == 200
            except OSError:
                return False

        self.assertTrue(eventually(answers))
        process.terminate()
        self.assertEqual(process.wait(30), 0)


class Nginx(unittest.TestCase):
    def test_is_found_by_the_command_of_its_first_lines(self):
        """All that is missing is the certificate, which is to be replaced."""
        command = re.search(r"(?m)^# nginx (-c .+?)  ", (DOCKER / "nginx.conf").read_text())[1]
        done = subprocess.run(["bash", "-c", f"{tool('nginx')} -t -e stderr {command}"], cwd=ROOT, capture_output=True, text=True, timeout=60)
        self.assertIn('cannot load certificate "/etc/ssl/planish.pem"', done.stderr)

    def test_ends_tls_and_http2(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        here, port = folder.name, free_port()
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
            "-subj", "/CN=localhost", "-keyout", f"{here}/key", "-out", f"{here}/cert")
        with Server() as server:
            text = (DOCKER / "nginx.conf").read_text()
            for old, new in (("443", f"127.0.0.1:{port}"), ("/etc/ssl/planish.pem", f"{here}/cert"), ("/etc/ssl/planish.key", f"{here}/key"),
                             ("127.0.0.1:8081", f"127.0.0.1:{server.port}"), ("    server 127.0.0.1:8082 max_fails=1 fail_timeout=1s;\n", "")):
                self.assertIn(old, text)
                text = text.replace(old, new)
            folders = "".join(f"  {kind}_temp_path {here}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
            pathlib.Path(here, "nginx.conf").write_text(
                f"daemon off; master_process off; pid {here}/pid;\n" + text.replace("http {\n", "http {\n" + folders, 1))
            nginx = subprocess.Popen([tool("nginx"), "-e", "stderr", "-c", f"{here}/nginx.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            self.addCleanup(nginx.wait)
            self.addCleanup(nginx.terminate)
            ask = ["curl", "-s", "--cacert", f"{here}/cert", "--http2", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "-o", "/dev/null",
                   "--resolve", f"localhost:{port}:127.0.0.1", "-w", "%{http_version} %{http_code}"]
            self.assertEqual(run(*ask, "-d", '{"user_id":1,"events":[]}', f"https://localhost:{port}/"), "2 200")
            self.assertEqual(run(*ask, f"https://localhost:{port}/metrics"), "2 404")


class Workflow(unittest.TestCase):
    job = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]["all"]

    def test_runs_what_ci_runs_where_its_caches_are_kept(self):
        self.assertIn(".ci/run", [step.get("run") for step in self.job["steps"]])
        self.assertEqual(self.job["container"], "debian:bookworm")
        cached = next(step["with"]["path"] for step in self.job["steps"] if step.get("uses", "").startswith("actions/cache"))
        self.assertEqual(cached.split(), ["~/.cache", "~/.npm"])
        for step in self.job["steps"]:
            self.assertEqual(len({"run", "uses"} & set(step)), 1, step)


class Image(unittest.TestCase):
    def test_is_the_binary_alone_and_nobodys(self):
        last = (DOCKER / "Dockerfile").read_text().split("FROM scratch\n")[1]
        self.assertEqual(re.findall(r"(?m)^COPY .*$", last), ["COPY --from=build /planish /planish"])
        for line in ("USER 65532:65532", "STOPSIGNAL SIGTERM", 'CMD ["/planish", "healthcheck"]', 'ENTRYPOINT ["/planish"]', 'CMD ["serve"]'):
            self.assertIn(line, last)


if __name__ == "__main__":
    unittest.main()
