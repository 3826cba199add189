"""The shipped nginx configuration, run on free ports with a certificate of its own."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SHIPPED = Path(__file__).parents[1] / "deploy" / "nginx" / "hotline.conf"
HOST = "hotline.example"
_START_SECONDS = 10
_MAIN = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_processes auto;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/hotline.conf;
}}
"""


def find_nginx() -> str | None:
    """The nginx of this machine, or None."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def nginx(folder: Path, service_port: int, ports: tuple[int, int]) -> Iterator[None]:
    """nginx with the shipped configuration in front of a port, on the plain and the TLS port.

    Nothing of it is changed but the ports and where the certificate lies. Raises RuntimeError with
    nginx's own words when it does not start.
    """
    program = find_nginx()
    if program is None:
        raise RuntimeError("nginx is not installed on this machine")
    folder.mkdir(parents=True, exist_ok=True)
    _write_certificate(folder)
    (folder / "hotline.conf").write_text(_placed(folder, service_port, ports), encoding="utf-8")
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder), encoding="utf-8")
    with (folder / "out.log").open("wb") as log:
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _wait(process, ports[1], folder)
            yield
        finally:
            process.terminate()
            process.wait(30)


def _placed(folder: Path, service_port: int, ports: tuple[int, int]) -> str:
    conf = SHIPPED.read_text(encoding="utf-8")
    conf = conf.replace("127.0.0.1:8000", f"127.0.0.1:{service_port}")
    conf = re.sub(r"listen 80\b", f"listen 127.0.0.1:{ports[0]}", conf)
    conf = re.sub(r"listen 443\b", f"listen 127.0.0.1:{ports[1]}", conf)
    return conf.replace("/etc/ssl/", f"{folder}/")


def _write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "hotline.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (folder / "hotline.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _wait(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    words = (folder / "out.log").read_text(errors="replace")
    raise RuntimeError(f"nginx did not start: {words[-1000:]}")
