"""The bot's settings, from environment variables that start with CALLBOT_."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from bot.console.roles import Role
from bot.extensions import parse_extensions
from runtime.settings import EnvironmentSettings
from wire.prepared import FOLDER

_TEMPLATE = re.compile(r"sips?:[^{}\s<>]*\{number\}[^{}\s<>]*")


def _address_template(text: str) -> str:
    if text and not _TEMPLATE.fullmatch(text):
        raise ValueError("expected a SIP address with {number}, such as sip:{number}@pbx.example")
    return text


def _extensions(text: str) -> str:
    parse_extensions(text)
    return text


class Settings(EnvironmentSettings):
    """Addresses, folders and engines of one bot process.

    internal_token: what telephony must show at `/media`; made anew at each start by the supervisor.
    sip_port: where calls come in, to check that one would be answered.
    fallback_target: SIP address of the line that takes calls when the machine fails, "" for none.
    transfer_uri: SIP address of a service, `{number}` standing for the digits of its `transfer_to`; "" puts
        nobody through to services.
    sip_bind: where telephony and the SIP front listen. sip_trunks: addresses or networks (CIDR), separated by
        spaces, that calls come from, or "any"; nobody else is answered; needed where others reach `sip_bind`.
    sip_transport: what telephony speaks: udp, tcp or tls.
    calls_per_number: in a minute.
    call_max_s: how long the bot lets a call last; a person or a call-back is offered before.
    drain_s: how long calls may go on after the process was told to stop.
    extensions: numbers of desks that calls may be put through to by `transfer_uri`, "4200-4299 4512"; "" for
        none.
    inference_threads: how many recognitions and syntheses run at once.
    render_ahead: have the voice render, while nobody calls, the sentences that are known in advance: at the
        first start, some ten minutes of a processor.
    public_url: how the world reaches the public port; made of `bind` and the port when "".
    chat_origins: sites whose pages may open a chat, besides `public_url`; separated by commas.
    chat_tiles_url, chat_tiles_attribution: of the chat's map ("https://…/{z}/{x}/{y}.png"), "" for no tiles.
    chat_voice_calls: how many may speak in their browser at once, 0 for none.
    rasa_url: of the dialogue engine where `callbot up` did not write which one serves.
    record_calls: keep the sound of calls, which callers are told and may refuse.
    oidc_issuer: the city's directory, by which people may sign in to the console; "" for none.
    oidc_client_id, oidc_client_secret: ours there, no secret for a public client. oidc_name: on the button.
    oidc_roles_claim: where the directory says somebody's groups, dots between levels. oidc_roles: by group,
        the role that it gives here, as JSON: {"standard": "agent", "chefs": "supervisor"}.
    database_url: of conversations, and of the desk; SQLite under `var_dir` when "".
    rasa_database_url: the dialogue engine's tracker store; SQLite under `var_dir` when "".
    redis_url: where several bots and dialogue engines meet (redis, rediss), "" for one machine by itself.
    """

    var_dir: Path = Path("var")
    city_dir: Path = Path("city/nimes")
    models_dir: Path | None = None
    database_url: str = ""
    internal_token: SecretStr = SecretStr("")
    bind: str = "127.0.0.1"
    public_port: int = 8000
    internal_port: int = 8001
    rasa_url: str = "http://127.0.0.1:5005"
    actions_url: str = "http://127.0.0.1:5055"
    backend_url: str = "http://127.0.0.1:8010"
    sip_port: int = 5060
    sip_bind: str = "127.0.0.1"
    sip_transport: Annotated[str, AfterValidator(str.lower)] = "udp"
    sip_trunks: str = ""
    calls_per_number: int = 10
    call_max_s: Annotated[int, Field(ge=60, le=86_400)] = 1800
    fallback_target: str = ""
    transfer_uri: Annotated[str, AfterValidator(_address_template)] = ""
    drain_s: int = 900
    extensions: Annotated[str, AfterValidator(_extensions)] = ""
    inference_threads: int = 2
    render_ahead: bool = True
    public_url: str = ""
    chat_origins: str = ""
    chat_tiles_url: str = ""
    chat_tiles_attribution: str = ""
    chat_voice_calls: int = 2
    record_calls: bool = False
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = "le compte de la ville"
    oidc_scopes: str = "openid profile email"
    oidc_roles_claim: str = "roles"
    oidc_roles: dict[str, Role] = Field(default_factory=dict)
    rasa_database_url: str = ""
    redis_url: str = ""

    @property
    def models_path(self) -> Path:
        return self.models_dir or self.var_dir / "models"

    @property
    def phrases_path(self) -> Path:
        """Where rendered sentences known in advance are kept."""
        return self.var_dir / "phrases"

    @property
    def prepared_path(self) -> Path:
        """Where telephony finds what to say when this process cannot."""
        return self.var_dir / FOLDER

    @property
    def supervisor_socket(self) -> Path:
        """Where a running callbot's supervisord listens."""
        return self.var_dir / "run" / "supervisord.sock"

    @property
    def recordings_path(self) -> Path:
        """Where the sound of calls is kept."""
        return self.var_dir / "recordings"

    @property
    def photos_path(self) -> Path:
        """Where visitors' photos are kept."""
        return self.var_dir / "chat" / "photos"

    @property
    def public_address(self) -> str:
        """Where browsers and the city's systems find the public port, without a slash at its end."""
        return self.public_url.rstrip("/") or f"http://{self.bind}:{self.public_port}"

    @property
    def sip_here(self) -> str:
        """Where telephony is reached from this machine itself."""
        return "127.0.0.1" if self.sip_bind == "0.0.0.0" else self.sip_bind

    @property
    def is_secure(self) -> bool:
        """Whether the world reaches the public port over TLS."""
        return self.public_url.startswith("https://")

    @property
    def trackers_url(self) -> str:
        """SQLAlchemy address of the dialogue engine's memory."""
        return self.rasa_database_url or f"sqlite:///{self.var_dir / 'rasa' / 'trackers.db'}"

    @property
    def conversations_url(self) -> str:
        """SQLAlchemy address of the conversations' database."""
        return self.database_url or f"sqlite:///{self.var_dir / 'conversations.db'}"
