"""What the models of a pack are made of: the frozen base, words by language, examples by language."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, RootModel

# Example sentences by language, as a pack writes them: {"en": ("cancel my order",), "zh": (...)}.
Examples = dict[str, tuple[str, ...]]


class PackModel(BaseModel):
    """An immutable part of a pack; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class Words(RootModel[str | dict[str, str]]):
    """A template text, the same for all languages or one per language."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    def say(self, language: str, default: str) -> str:
        """The template text for `language`; else for `default` (the pack's first language); else any there is."""
        if isinstance(self.root, str):
            return self.root
        for wanted in (language, default):
            if wanted in self.root:
                return self.root[wanted]
        return next(iter(self.root.values()), "")

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text there is, in the order of the pack."""
        return (self.root,) if isinstance(self.root, str) else tuple(self.root.values())
