"""pgbouncer: one address of the primary, whichever server that is, and few connections to it for many of the services."""

from pathlib import Path
from socket import AF_UNIX, socket
from urllib.parse import quote

from config.embedded.location import NAME
from config.replicated.node import Node
from config.replicated.program import Program, program

_PORT = 6432
_CONFIGURATION = """
[databases]
{name} = host={socket} port=5432 dbname={name} user={name}

[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
unix_socket_mode = 0700
; The folder may be entered by the account alone, which the operating system checks.
auth_type = any
pool_mode = transaction
default_pool_size = 20
max_client_conn = 1000
; After the loss of a primary the next one is tried at once.
server_login_retry = 0.3
query_wait_timeout = 10
server_fast_close = 1
ignore_startup_parameters = extra_float_digits
"""


def pooled_url(folder: Path) -> str:
    """Return the address of the primary's database through the pooler of a folder."""
    return f"postgis://{NAME}@/{NAME}?host={quote(str(folder))}&port={_PORT}"


class Pooler:
    """pgbouncer in transaction mode, in front of the primary."""

    def __init__(self, folder: Path, primary: Node) -> None:
        """Write where the primary is; nothing is started."""
        folder.mkdir(parents=True, exist_ok=True)
        primary.place.account.own_folder(folder)
        self.folder, self._file, self._account = folder, folder / "pgbouncer.ini", primary.place.account
        self.lead_to(primary)
        command = (program("pgbouncer", "pgbouncer"), "-q", str(self._file))
        self.program = Program(self._account, folder, command, self._takes_connections)

    def _takes_connections(self) -> bool:
        try:
            with socket(AF_UNIX) as probe:
                probe.connect(str(self.folder / f".s.PGSQL.{_PORT}"))
                return True
        except OSError:
            return False

    def lead_to(self, primary: Node) -> None:
        """Lead to another primary from now on, if `reload` follows."""
        text = _CONFIGURATION.format(name=NAME, socket=primary.place.socket, port=_PORT, folder=self.folder)
        self._account.write(self._file, text)
