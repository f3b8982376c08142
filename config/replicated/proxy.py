"""nginx in front of the services: keeps short what may be kept, leads a client to one service, and passes over a broken one."""

from pathlib import Path

from config.embedded import ROOT
from config.embedded.account import Account
from config.embedded.messages import Refusal
from config.replicated.program import Program, program
from config.serve.port import answers_at

#: As in deploy/nginx.conf: what is handed to the service, and what is kept.
_LOCATIONS = ROOT / "deploy" / "nginx-locations.conf"
_CONFIGURATION = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/responses;
    fastcgi_temp_path {folder}/unused; uwsgi_temp_path {folder}/unused; scgi_temp_path {folder}/unused;
    proxy_cache_path {folder}/kept keys_zone=registry:16m max_size=256m inactive=10m;
    upstream registry {{
        # One client stays with one service, and so with one replica: it never sees the past after the present.
        hash $remote_addr consistent;
{services}
        keepalive 64;
    }}
    map $http_cache_control $registry_newest {{ default ""; ~no-cache 1; }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        include {folder}/locations.conf;
    }}
}}
"""


class Proxy:
    """nginx on a port, in front of services on other ports."""

    def __init__(self, account: Account, folder: Path, port: int, services: list[int]) -> None:
        """Write the configuration; nothing is started."""
        folder.mkdir(parents=True, exist_ok=True)
        account.own_folder(folder)
        self.port = port
        servers = "\n".join(f"        server 127.0.0.1:{each} max_fails=1 fail_timeout=2s;" for each in services)
        file = folder / "nginx.conf"
        # A copy, because the account of the databases may not be allowed to enter the checkout.
        account.write(folder / "locations.conf", _LOCATIONS.read_text())
        account.write(file, _CONFIGURATION.format(folder=folder, port=port, services=servers))
        command = (program("nginx", "nginx-light"), "-c", str(file), "-p", str(folder))
        self.program = Program(account, folder, command, lambda: answers_at("127.0.0.1", port))

    def start(self) -> None:
        """Start it; raises Refusal."""
        if answers_at("127.0.0.1", self.port):
            raise Refusal(f"port {self.port} is used by another program; choose another: --port {self.port + 10}")
        self.program.start()
