"""Settings: one table, from which flags, environment, teahouse.toml and the docs check come."""

from __future__ import annotations

import argparse
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Setting:
    """`name` with dashes is the flag; in capitals behind TEAHOUSE_ the variable."""

    name: str
    kind: type
    default: Any
    help: str

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return "TEAHOUSE_" + self.name.upper()


SETTINGS = (
    Setting("host", str, "127.0.0.1", "address to listen on"),
    Setting("port", int, 8008, "port to listen on; 0 takes a free one"),
    Setting("data", Path, Path("data"), "folder for the database, files and keys"),
    Setting("database", str, "", "PostgreSQL URL; SQLite in the data folder when empty"),
    Setting("server_name", str, "localhost", "the name behind the colon of every user's ID"),
    Setting("public_url", str, "", "address under which people reach this server"),
    Setting("tls_cert", Path, None, "certificate file; serves HTTPS together with --tls-key"),
    Setting("tls_key", Path, None, "private key file of the certificate"),
    Setting("trusted_proxy", str, "", "CIDR of proxies whose forwarded addresses are believed"),
    Setting("default_room_version", str, "12", "version of new rooms"),
    Setting("open_registration", bool, False, "anyone may make an account"),
    Setting("registration_shared_secret", str, "", "who knows it makes accounts by script"),
    Setting("allow_guests", bool, False, "guests too, where registration is not open"),
    Setting("guest_unused_days", int, 30, "guests unseen for so long are removed; 0 is never"),
    Setting("support_email", str, "", "address that people may write to for help"),
    Setting("support_matrix_id", str, "", "user whom people may ask for help"),
    Setting("support_page", str, "", "page that helps people with this server"),
    Setting("policy_server_key", str, "", "public key of the policy server of this name"),
    Setting("no_rate_limits", bool, False, "no limits on how often something may be asked"),
    Setting("allow_private_urls", bool, False, "URLs of users may lead to private addresses"),
    Setting("max_event_delay_ms", int, 86_400_000, "how long an event may wait to be sent"),
    Setting("appservices", str, "", "registration files of bridges, separated by commas"),
    Setting("retention_days", int, 0, "messages older than so many days are deleted; 0 is never"),
    Setting("server_notices_name", str, "_server", "account that the server's notices come from"),
    Setting("turn_uris", str, "", "TURN relay for calls: its URIs, separated by commas"),
    Setting("turn_secret", str, "", "the secret that this server shares with the TURN relay"),
    Setting("objects", str, "", "S3 storage for files; the data folder when empty"),
    Setting("max_upload_bytes", int, 100 << 20, "largest file that may be uploaded"),
    Setting("media_quota_user_bytes", int, 10 << 30, "what one person may upload; 0 is no limit"),
    Setting("media_quota_bytes", int, 0, "what all files together may have; 0 is no limit"),
    Setting("media_unused_days", int, 0, "uploads unread for so long are deleted; 0 is never"),
    Setting("url_previews", bool, False, "the server looks at pages that people link to"),
    Setting("policies", Path, None, "file of the documents that new people accept"),
    Setting("smtp_host", str, "", "SMTP server that e-mail leaves by; no e-mail when empty"),
    Setting("smtp_port", int, 587, "port of the SMTP server"),
    Setting("smtp_user", str, "", "name to sign in to the SMTP server with"),
    Setting("smtp_password", str, "", "password for the SMTP server"),
    Setting("smtp_tls", str, "starttls", "starttls, tls (from the first byte) or none"),
    Setting("mail_from", str, "", "address that e-mail comes from, as Name <mailbox@host>"),
    Setting("email_required_for_registration", bool, False, "no account without an e-mail address"),
    Setting("reveal_emails", bool, False, "say at once whether an address has an account"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings' values; fields are those of SETTINGS."""

    host: str
    port: int
    data: Path
    database: str
    server_name: str
    public_url: str
    tls_cert: Path | None
    tls_key: Path | None
    trusted_proxy: str
    default_room_version: str
    open_registration: bool
    registration_shared_secret: str
    allow_guests: bool
    guest_unused_days: int
    support_email: str
    support_matrix_id: str
    support_page: str
    policy_server_key: str
    no_rate_limits: bool
    allow_private_urls: bool
    max_event_delay_ms: int
    appservices: str
    retention_days: int
    server_notices_name: str
    turn_uris: str
    turn_secret: str
    objects: str
    max_upload_bytes: int
    media_quota_user_bytes: int
    media_quota_bytes: int
    media_unused_days: int
    url_previews: bool
    policies: Path | None
    smtp_host: str
    smtp_port: int
    smtp_user: str
    smtp_password: str
    smtp_tls: str
    mail_from: str
    email_required_for_registration: bool
    reveal_emails: bool


def defaults(**values: Any) -> Config:
    """A Config from the defaults and `values`."""
    return Config(**({setting.name: setting.default for setting in SETTINGS} | values))


def add_flags(parser: argparse.ArgumentParser, names: Sequence[str] | None = None) -> None:
    for setting in SETTINGS:
        if names is not None and setting.name not in names:
            continue
        if setting.kind is bool:
            parser.add_argument(setting.flag, action="store_true", default=None, help=setting.help)
        else:
            shown = "" if setting.default in ("", None) else f" (default: {setting.default})"
            parser.add_argument(setting.flag, type=setting.kind, help=setting.help + shown)


def load(flags: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Config:
    """Flags win over the environment, that over teahouse.toml in the data folder or here.

    Errors: ValueError that names the setting whose value can't be used.
    """
    values: dict[str, Any] = {setting.name: setting.default for setting in SETTINGS}
    from_environment = {
        setting.name: _parse(setting, environment[setting.variable])
        for setting in SETTINGS
        if setting.variable in environment
    }
    given = {name: value for name, value in flags.items() if value is not None and name in values}
    folder = given.get("data") or from_environment.get("data") or values["data"]
    values |= _from_file(folder) | from_environment | given
    return Config(**{field.name: values[field.name] for field in fields(Config)})


def _from_file(folder: Path) -> dict[str, Any]:
    for path in (folder / "teahouse.toml", Path("teahouse.toml")):
        if path.is_file():
            known = {setting.name: setting for setting in SETTINGS}
            found = tomllib.loads(path.read_text("utf-8"))
            if unknown := sorted(found.keys() - known.keys()):
                raise ValueError(f"{path}: unknown settings {', '.join(unknown)}")
            return {name: _parse(known[name], value) for name, value in found.items()}
    return {}


def _parse(setting: Setting, value: Any) -> Any:
    if setting.kind is bool:
        if value in (True, False):
            return value
        if str(value).lower() not in ("1", "true", "yes", "0", "false", "no", ""):
            raise ValueError(f"{setting.name} must be true or false, not {value!r}")
        return str(value).lower() in ("1", "true", "yes")
    try:
        return setting.kind(value)
    except (TypeError, ValueError):
        raise ValueError(f"{setting.name} can't be {value!r}") from None
