"""A reverse proxy from Debian in front of the server, with a configuration of `proxies/`: one process after another."""

import asyncio
import subprocess
from dataclasses import dataclass
from pathlib import Path

from server import DidNotStart, Server, free_port

CONFIGURATIONS = Path(__file__).parent / "proxies"
HOST = "chat.example"
UPSTREAM = "127.0.0.1:8080"
CONNECT_SECONDS = 0.02

# What Debian's nginx.conf has around a site, as far as it touches what passes through; the process is one, so that it can be
# killed as one.
NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    sendfile on;
    tcp_nopush on;
    gzip on;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {options}
    include {folder}/site.conf;
}}
"""
CADDY = "{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n\n{site}"


@dataclass(frozen=True)
class Kind:
    """`host` is whether it passes the browser's Host on; `address` is how the server learns of clients."""

    name: str
    program: str
    file: str
    # What stands in the file for where to listen, without and with TLS.
    listens: str
    trusted: bool = True
    # What cuts idle streams, as the file has it, if it does.
    timeouts: tuple[str, ...] = ()
    # Seconds of these as configured.
    idle_seconds: int = 0
    has_tls: bool = True

    def command(self, folder: Path, port: int, upstream: int, tls: bool, timeout: int) -> list[str]:
        """Writes the configuration: that of the file, at these ports and with a certificate of the test's own.

        A `timeout` in seconds, if not 0, takes the place of those that cut idle streams.
        """
        text = replace((CONFIGURATIONS / self.file).read_text(), UPSTREAM, f"127.0.0.1:{upstream}")
        if timeout:
            for line in self.timeouts:
                text = replace(text, line, line.rpartition(" ")[0] + f" {timeout}s" + (";" if line.endswith(";") else ""))
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        if not certificate.exists():
            make_certificate(certificate, key)
        match self.program:
            case "nginx":
                text = replace(text, self.listens, f"listen 127.0.0.1:{port}{' ssl http2' if tls else ''};")
                text = text.replace("/etc/ssl/chat.example.pem", str(certificate))
                text = text.replace("/etc/ssl/private/chat.example.key", str(key))
                options = f"proxy_read_timeout {timeout}s;" if timeout and not self.timeouts else ""
                (folder / "site.conf").write_text(text)
                (folder / "nginx.conf").write_text(NGINX.format(folder=folder, options=options))
                return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
            case "haproxy":
                both = folder / "both.pem"
                both.write_text(certificate.read_text() + key.read_text())
                with_tls = f"bind 127.0.0.1:{port} ssl crt {both} alpn h2,http/1.1"
                (folder / "haproxy.cfg").write_text(replace(text, self.listens, with_tls if tls else f"bind 127.0.0.1:{port}"))
                return ["haproxy", "-db", "-f", str(folder / "haproxy.cfg")]
            case "caddy":
                site = f"https://{HOST}:{port} {{\n\ttls {certificate} {key}" if tls else f"http://:{port} {{"
                (folder / "Caddyfile").write_text(CADDY.format(site=replace(text, self.listens, site)))
                return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
        raise ValueError(self.program)


KINDS = (
    Kind("nginx-default", "nginx", "nginx-default.conf", "listen 80;", trusted=False, idle_seconds=60, has_tls=False),
    Kind("nginx", "nginx", "nginx.conf", "listen 443 ssl http2;", timeouts=("proxy_read_timeout 1h;",), idle_seconds=3600),
    Kind(
        "haproxy",
        "haproxy",
        "haproxy.cfg",
        "bind :443 ssl crt /etc/haproxy/chat.example.pem alpn h2,http/1.1",
        timeouts=("timeout client 60s", "timeout server 60s"),
        idle_seconds=60,
    ),
    Kind("caddy", "caddy", "Caddyfile", "chat.example {"),
)


class Proxy(Server):
    """Lives, dies and is waited for as a server does; its `port` is where clients connect."""

    def __init__(self, kind: Kind, folder: Path, upstream: int, tls: bool = False, timeout: int = 0):
        folder.mkdir()
        # Caddy keeps what it makes for itself there.
        home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        super().__init__(Path(kind.program), folder, folder / "proxy.log", lambda: home)
        self.kind = kind
        self._command = kind.command(folder, self.port, upstream, tls, timeout)

    async def _ready_line(self) -> None:
        """These say nothing when they are ready: it is asked."""
        while self._process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            except OSError:
                await asyncio.sleep(CONNECT_SECONDS)
            else:
                writer.transport.abort()
                return
        raise DidNotStart(f"{self.kind.name} ended with status {self._process.returncode}: {self.last_words()}")


def replace(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"{old!r} is there {text.count(old)} times, not once, in:\n{text}")
    return text.replace(old, new)


def make_certificate(certificate: Path, key: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
        + ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}", "-keyout", str(key), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
