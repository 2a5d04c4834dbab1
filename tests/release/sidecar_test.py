"""docker/kubernetes/sidecar.yaml: planish, and nginx on a unix socket between it and a store behind TLS, as the manifest has them."""
import http.server
import json
import os
import pathlib
import re
import ssl
import subprocess
import tempfile
import threading
import unittest

import yaml

from operations_test import DOCKER, ENVIRONMENT, run, seconds, time_to_stop, tool
from planish_server import Server, eventually, free_port, request

BATCH = b'{"batch":[{"type":"track","event":"Order Completed","userId":"u1","messageId":"m1","timestamp":"2023-11-04T18:44:16.789Z","properties":{"total":12.5}}]}'
OBJECTS = {thing["kind"]: thing for thing in yaml.safe_load_all((DOCKER / "kubernetes/sidecar.yaml").read_text())}
POD = OBJECTS["Deployment"]["spec"]["template"]["spec"]
FILES = OBJECTS["ConfigMap"]["data"]


class Store(http.server.BaseHTTPRequestHandler):
    """Behind TLS, as the store of the manifest is."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.server.taken.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Sidecar(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.here = folder.name

    def store(self):
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1", "-subj", "/CN=logs.example.com",
            "-addext", "subjectAltName=DNS:logs.example.com", "-keyout", f"{self.here}/key", "-out", f"{self.here}/cert")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(f"{self.here}/cert", f"{self.here}/key")
        store = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Store)
        store.socket = context.wrap_socket(store.socket, server_side=True)
        store.taken = []
        threading.Thread(target=store.serve_forever, daemon=True).start()
        self.addCleanup(store.server_close)
        self.addCleanup(store.shutdown)
        return store

    def placed(self, text, *replaced):
        for old, new in (("/run/upstream", self.here), ("/etc/planish", self.here), *replaced):
            text = text.replace(old, new)
        return text

    def nginx(self, store):
        """By the container's own command."""
        for old in ("logs.example.com:443", "/etc/ssl/certs/ca-certificates.crt"):
            self.assertIn(old, FILES["nginx.conf"])
        pathlib.Path(self.here, "nginx.conf").write_text(self.placed(
            FILES["nginx.conf"], ("logs.example.com:443", f"127.0.0.1:{store.server_address[1]}"), ("/etc/ssl/certs/ca-certificates.crt", f"{self.here}/cert")))
        command = [self.placed(part) for part in POD["initContainers"][0]["command"]]
        path = f"{pathlib.Path(tool('nginx')).parent}:{os.environ['PATH']}"
        process = subprocess.Popen(command, env=dict(ENVIRONMENT, PATH=path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        probe = [self.placed(part) for part in POD["initContainers"][0]["startupProbe"]["exec"]["command"]]
        self.assertTrue(eventually(lambda: subprocess.run(probe, check=False).returncode == 0))
        return process

    def test_events_reach_a_store_behind_tls_and_a_killed_nginx_comes_back(self):
        store = self.store()
        nginx = self.nginx(store)
        configuration = pathlib.Path(self.here, "planish.toml")
        configuration.write_text(self.placed(FILES["planish.toml"], ('":8080"', '"127.0.0.1:0"'), ('":9100"', f'"127.0.0.1:{free_port()}"'), ('"8s"', '"0"')))
        with Server("--config", configuration, listen=None) as server:
            def sends():
                with server.connect() as client:
                    return client.ask(request(BATCH, target="/v1/batch")).status

            self.assertTrue(eventually(lambda: sends() == 200))
            target, fields, content = store.taken[-1]
            self.assertEqual(target, "/insert/jsonline?_time_field=time&_msg_field=event_type")
            self.assertEqual((fields["Host"], fields["Content-Type"]), ("logs.example.com", "application/stream+json"))
            self.assertEqual(json.loads(content)["event_type"], "Order Completed")
            self.assertEqual(json.loads(content)["payload"], {"total": 12.5})

            workers = run("pgrep", "-P", str(nginx.pid)).split()
            run("kill", "-KILL", str(nginx.pid), *workers)  # its socket's file stays
            nginx.wait()
            self.assertTrue(eventually(lambda: sends() == 502))
            self.assertEqual(server.get("/readyz", server.admin_addresses[0]).status, 200)
            told = len(store.taken)
            self.nginx(store)
            self.assertTrue(eventually(lambda: sends() == 200))
            self.assertEqual(len(store.taken), told + 1)

    def test_planish_stops_first_and_in_time(self):
        (sidecar,), (planish,) = POD["initContainers"], POD["containers"]
        self.assertEqual(sidecar["restartPolicy"], "Always")  # what makes it one: started before, stopped after
        configuration = pathlib.Path(self.here, "planish.toml")
        configuration.write_text(FILES["planish.toml"])
        printed = run(os.environ["PLANISH_BIN"], "check", "--config", configuration)
        settings = {name: re.search(rf'(?m)^{name} = "([^"]*)"', printed)[1] for name in ("drain_delay", "shutdown_timeout", "upstream_timeout", "upstream_idle")}
        self.assertGreater(POD["terminationGracePeriodSeconds"], time_to_stop(settings))
        probe = planish["readinessProbe"]
        self.assertGreater(seconds(settings["drain_delay"]), probe["periodSeconds"] * probe["failureThreshold"] + probe["timeoutSeconds"])
        said = dict(re.findall(r"(keepalive_timeout|proxy_read_timeout|proxy_next_upstream) (\w+);", FILES["nginx.conf"]))
        self.assertGreater(seconds(said["keepalive_timeout"]), seconds(settings["upstream_idle"]))
        self.assertLess(seconds(said["proxy_read_timeout"]), seconds(settings["upstream_timeout"]))
        self.assertEqual(said["proxy_next_upstream"], "off")

    def test_both_run_with_as_little_as_possible_and_share_one_folder(self):
        self.assertTrue(POD["securityContext"]["runAsNonRoot"])
        self.assertEqual(POD["securityContext"]["seccompProfile"]["type"], "RuntimeDefault")
        for container in POD["initContainers"] + POD["containers"]:
            rights = container["securityContext"]
            self.assertTrue(rights["readOnlyRootFilesystem"])
            self.assertFalse(rights["allowPrivilegeEscalation"])
            self.assertEqual(rights["capabilities"], {"drop": ["ALL"]})
            self.assertEqual([mount["mountPath"] for mount in container["volumeMounts"]], ["/run/upstream", "/etc/planish"])
        labels = OBJECTS["Deployment"]["spec"]["template"]["metadata"]["labels"]
        self.assertEqual(OBJECTS["Deployment"]["spec"]["selector"]["matchLabels"], labels)
        self.assertEqual(OBJECTS["Service"]["spec"]["selector"], labels)


if __name__ == "__main__":
    unittest.main()
