"""Settings of what reaches the city's systems, from environment variables that start with CALLBOT_."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from integrations.keys import AGENTS_KEY_FILE, embedded_key
from runtime.settings import EnvironmentSettings


class Settings(EnvironmentSettings):
    """Addresses, databases and timeouts of the report desk and of its outbox.

    database_url: SQLAlchemy address of the desk (what was promised to callers); SQLite under `var_dir` if "".
    backend_database_url: the embedded report system's own; SQLite under `var_dir` if "".
    backend_host, backend_port: where the embedded report system listens.
    backend_public_url: how the world reaches that system, for addresses of photos; "" to use the client's.
    agents_key: what the agents' console shows to it; "" makes one under `var_dir`.
    alert_keys: by sender, the keys that sign alerts, as JSON: {"hypervision": "…"}; none by default.
    open311_url: base of the GeoReport v2 server that takes the reports, the embedded one by default.
    open311_api_key: its key; "" makes one under `var_dir`, which only the embedded server knows.
    open311_format: what to ask that server for; XML is for servers that know nothing else.
    open311_connect_s, open311_answer_s: seconds to wait for a connection, then for the whole answer.
    transfer_uri: SIP address by which the city's exchange is dialled, "sip:{number}@pbx.example"; "" when no
        caller can be put through.
    outbox_poll_s: seconds between two looks for something to deliver.
    outbox_backoff_s, outbox_backoff_max_s: seconds before the second attempt, doubled up to the longest wait.
    outbox_settle_s: seconds left to the city's system after an unclear answer before it is asked again.
    publik_url: base of the city's Publik portal, "" for none. publik_orig, publik_key: ours there.
    publik_answer_s: seconds to wait for its answers.
    geocoder_url: search of the national geocoder (`https://data.geopf.fr/geocodage/search`), "" to ask
        nobody; the streets of reports go there, nothing else. geocoder_answer_s: seconds to wait for it.
    smtp_host: server that takes e-mails, "" for none. smtp_from: the address that they come from.
    sms_url, sms_method, sms_body, sms_headers, sms_accepted: the SMS gateway, "" for none; see
        `integrations.notifications_sms_http.SmsGateway`. sms_headers is a JSON object.
    sms_prefixes: international prefixes that SMS may go to. notify_*: messages at most.
    """

    var_dir: Path = Path("var")
    city_dir: Path = Path("city/nimes")
    database_url: str = ""
    backend_database_url: str = ""
    backend_host: str = "127.0.0.1"
    backend_port: int = Field(default=8010, ge=1, le=65535)
    backend_public_url: str = ""
    agents_key: SecretStr = SecretStr("")
    alert_keys: dict[str, SecretStr] = Field(default_factory=dict)
    open311_url: str = ""
    open311_api_key: SecretStr = SecretStr("")
    open311_format: Literal["json", "xml"] = "json"
    jurisdiction_id: str = ""
    open311_connect_s: float = Field(default=3.0, gt=0)
    open311_answer_s: float = Field(default=10.0, gt=0)
    transfer_uri: str = ""
    outbox_poll_s: float = Field(default=0.5, gt=0)
    outbox_backoff_s: float = Field(default=2.0, gt=0)
    outbox_backoff_max_s: float = Field(default=300.0, gt=0)
    outbox_settle_s: float = Field(default=5.0, ge=0)
    publik_url: str = ""
    publik_orig: str = ""
    publik_key: SecretStr = SecretStr("")
    publik_answer_s: float = Field(default=5.0, gt=0)
    geocoder_url: str = ""
    geocoder_answer_s: float = Field(default=1.0, gt=0)
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = ""
    sms_url: SecretStr = SecretStr("")
    sms_method: Literal["GET", "POST", "PUT"] = "POST"
    sms_body: SecretStr = SecretStr("")
    sms_headers: dict[str, SecretStr] = Field(default_factory=dict)
    sms_accepted: str = ""
    sms_prefixes: tuple[str, ...] = ("+336", "+337")
    notify_per_recipient_a_day: int = Field(default=5, ge=0)
    notify_all_an_hour: int = Field(default=300, ge=0)

    @property
    def desk_database(self) -> str:
        """SQLAlchemy address of the desk's database."""
        return self.database_url or f"sqlite:///{self.var_dir / 'desk.db'}"

    @property
    def backend_database(self) -> str:
        """SQLAlchemy address of the embedded report system's database."""
        return self.backend_database_url or f"sqlite:///{self.var_dir / 'backend.db'}"

    @property
    def reports_url(self) -> str:
        """Base of the GeoReport v2 server that takes the reports; ends with a slash."""
        url = self.open311_url or f"http://127.0.0.1:{self.backend_port}/open311/v2/"
        return url.rstrip("/") + "/"

    @property
    def is_reports_local(self) -> bool:
        """Whether the reports go to a server on this machine."""
        return urlsplit(self.reports_url).hostname in ("127.0.0.1", "localhost", "::1")

    def reports_key(self) -> str:
        """The key for `reports_url`; one is made for a server on this machine, none is for a foreign one."""
        given = self.open311_api_key.get_secret_value()
        return given if given or not self.is_reports_local else embedded_key(self.var_dir)

    def agents_console_key(self) -> str:
        """The key that the agents' side of the embedded server asks for."""
        return self.agents_key.get_secret_value() or embedded_key(self.var_dir, AGENTS_KEY_FILE)

    def backend_key(self) -> str:
        """The key that the embedded server asks for."""
        return self.open311_api_key.get_secret_value() or embedded_key(self.var_dir)
