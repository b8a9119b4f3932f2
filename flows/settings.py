"""Where things lie and how much is done at once: WARRAQ_* variables, a .env file, or the command's options."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from tasks.chosen import choose_model


class Settings(BaseSettings):
    """The operator's switches; each is read from WARRAQ_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="WARRAQ_", env_file=".env", extra="ignore", frozen=True)

    seeds: Path = Field(Path("seeds"), description="Folder the articles are dropped in; it is only read")
    warehouse: Annotated[str, BeforeValidator(str)] = Field(
        "warehouse", description="Folder of the warehouse, made when it is missing; or s3://bucket/prefix"
    )
    max_file_bytes: int = Field(
        16 << 20, gt=0, description="Largest .txt or .html, and largest line of a .jsonl, in bytes"
    )
    max_jsonl_bytes: int = Field(256 << 20, gt=0, description="Largest .jsonl, in bytes")
    batch_chars: int = Field(1_000_000, gt=0, description="Characters of text in a batch: some ten seconds of work")
    chunk_articles: int = Field(2_000, gt=0, description="Seed files committed together, at most")
    chunk_bytes: int = Field(16 << 20, gt=0, description="Bytes of seed files committed together, about")
    allow_empty: bool = Field(False, description="Forget every article when the seeds folder is found empty")
    patience: float = Field(0, ge=0, description="Seconds to wait while another process writes to the warehouse")
    keep_snapshots: int = Field(10, gt=0, description="Newest snapshots that are kept, however old they are")
    keep_days: float = Field(7, ge=0, description="Days that a snapshot is kept after a newer one took its place")
    names_model: str = Field(
        "", description="Token-classification model that finds names besides: a folder, or a name on the hub"
    )
    workers: int = Field(1, gt=0, description="Processes that work on batches; 1 works in the flow's own process")

    @property
    def retention(self) -> tuple[int, timedelta]:
        """What is kept of the past: so many snapshots, and those that were published so short a time ago."""
        return self.keep_snapshots, timedelta(days=self.keep_days)

    @classmethod
    def given(cls, **options: object) -> Self:
        """Return the settings, with the options that are not None put over the environment; stages get their part."""
        settings = cls(**{name: value for name, value in options.items() if value is not None})  # type: ignore[arg-type]
        choose_model(settings.names_model)
        return settings
