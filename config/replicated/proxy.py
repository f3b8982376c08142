"""nginx in front of the services: keeps short what may be kept, leads a client to one service, and passes over a broken one."""

from pathlib import Path

from config.embedded.account import Account
from config.embedded.messages import Refusal
from config.replicated.program import Program, program
from config.serve.port import answers_at

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
    proxy_cache_path {folder}/kept keys_zone=kept:16m max_size=256m inactive=10m;
    upstream registry {{
        # One client stays with one service, and so with one replica: it never sees the past after the present.
        hash $remote_addr consistent;
{services}
        keepalive 64;
    }}
    # Who asks for the newest, or has just changed something, is not answered from what is kept; files are not kept.
    map "$http_cache_control$cookie_registry_newest$http_authorization" $newest {{ "" 0; default 1; }}
    map $uri $is_file {{ ~/export/?$ 1; ~^/releases/ 1; default 0; }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        client_max_body_size 300m;
        location / {{
            proxy_pass http://registry;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            # Another service answers where one is away; a change is never sent twice.
            proxy_next_upstream error timeout;
            proxy_next_upstream_tries 2;
            proxy_cache kept;
            # Responses say how long they are kept, and by which headers they differ (as in deploy/nginx.conf).
            proxy_cache_key $scheme$http_host$request_uri;
            proxy_cache_use_stale updating error timeout http_502 http_503;
            proxy_cache_background_update on;
            proxy_cache_lock on;
            proxy_cache_bypass $newest $is_file;
            proxy_no_cache $newest $is_file;
        }}
        location /admin/ {{
            proxy_pass http://registry;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $http_host;
            proxy_set_header X-Forwarded-Host $http_host;
            proxy_set_header X-Forwarded-Proto $scheme;
            proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }}
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
        account.write(file, _CONFIGURATION.format(folder=folder, port=port, services=servers))
        self.program = Program(account, folder, (program("nginx", "nginx-light"), "-c", str(file), "-p", str(folder)))

    def start(self) -> None:
        """Start it; raises Refusal."""
        if answers_at("127.0.0.1", self.port):
            raise Refusal(f"port {self.port} is used by another program; choose another: --port {self.port + 10}")
        self.program.start(lambda: answers_at("127.0.0.1", self.port))
