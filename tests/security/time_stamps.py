"""A time-stamp authority for tests: openssl with a certificate of its own (RFC 3161)."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from tests.conftest import missing

_CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Time stamps for tests
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
[stamper]
basicConstraints = critical,CA:false
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/stamper.pem
signer_key = {folder}/stamper.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class LocalAuthority:
    """The authority; ``roots`` is the file of its root certificate."""

    folder: Path

    @property
    def roots(self) -> Path:
        return self.folder / "root.pem"

    def post(self, _url: str, body: bytes) -> bytes:
        """Stamp a request, as the authority's server would."""
        (self.folder / "query.tsq").write_bytes(body)
        _openssl(
            self.folder, "ts", "-reply", "-config", "openssl.cnf", "-section", "here",
            "-queryfile", "query.tsq", "-out", "reply.tsr",
        )  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()


def make_authority(folder: Path) -> LocalAuthority:
    """An authority with a new root and stamping certificate."""
    if which("openssl") is None:
        missing("openssl")
    folder.mkdir()
    (folder / "openssl.cnf").write_text(_CONFIG.format(folder=folder), encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="utf-8")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    common = ("req", "-config", "openssl.cnf", *key)
    _openssl(
        folder, *common, "-x509", "-days", "3650", "-subj", "/CN=Root for tests",
        "-extensions", "root", "-keyout", "root.key", "-out", "root.pem",
    )  # fmt: skip
    _openssl(folder, *common, "-keyout", "stamper.key", "-out", "stamper.csr")
    _openssl(
        folder, "x509", "-req", "-in", "stamper.csr", "-CA", "root.pem", "-CAkey", "root.key",
        "-days", "3650", "-extfile", "openssl.cnf", "-extensions", "stamper", "-out", "stamper.pem",
    )  # fmt: skip
    return LocalAuthority(folder)


def _openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
