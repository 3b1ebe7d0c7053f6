"""Settings of a process: environment variables that start with CALLBOT_, secrets from files as well."""

from __future__ import annotations

import os

from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from runtime.secrets import PREFIX, with_secret_files


class EnvironmentSettings(BaseSettings):
    """Base of all settings. Making one raises SecretError for a secret's file that cannot be used.

    What was given is never repeated in errors: it may be a secret.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        source = EnvSettingsSource(settings_cls)
        source.env_vars = {name.lower(): value for name, value in with_secret_files(os.environ).items()}
        return init_settings, source
