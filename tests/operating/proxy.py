"""Debian's Caddy in front of a server, with the Caddyfile that we give as an example."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.operating.certificates import Certificates
from tools import caddy

EXAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "Caddyfile"
START_SECONDS = 20


@contextmanager
def caddy_before(upstream: str, tls: Certificates, folder: Path) -> Iterator[str]:
    """The address of the proxy."""
    program = caddy.find()
    if program is None:
        assert os.geteuid() != 0, "caddy is needed here and could not be installed"
        pytest.skip("caddy is not installed, and only root may install it")
    port = _free_port()
    caddyfile = folder / "Caddyfile"
    caddyfile.write_text(_caddyfile(upstream, tls, port))
    process = subprocess.Popen(
        [program, "run", "--config", str(caddyfile), "--adapter", "caddyfile"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
    )
    try:
        _wait_for(port, process)
        yield f"https://localhost:{port}"
    finally:
        process.terminate()
        process.wait()


def _caddyfile(upstream: str, tls: Certificates, port: int) -> str:
    """The example, with this port, this certificate and this server."""
    example = EXAMPLE.read_text()
    assert "127.0.0.1:8008" in example
    site = example.replace("127.0.0.1:8008", upstream.removeprefix("http://")).replace(
        "tea.example {", f"https://localhost:{port} {{\n\ttls {tls.certificate} {tls.key}"
    )
    return "{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + site


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(START_SECONDS * 20):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except ConnectionRefusedError:
            try:
                raise AssertionError(f"caddy ended with {process.wait(0.05)}")
            except subprocess.TimeoutExpired:
                continue
    raise AssertionError("caddy does not listen")
