"""Collects problems, and knows which names an expression or a template may use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..base import Examples, Words
from ..expressions import BadExpression, compile_expression
from ..problems import Path, Problem, suggestion
from ..words import BadTemplate, template_references
from ..yaml_reader import Document

# What may follow a name: a mapping of names, {} for nothing, None for anything.
Names = Mapping[str, Any]
LEAF: Names = {}
ANYTHING = None


class Report:
    """The problems of one file of a pack. `languages` are those that words have to be given in."""

    def __init__(self, document: Document, languages: tuple[str, ...]) -> None:
        self.document = document
        self.languages = languages
        self.problems: list[Problem] = []

    def add(self, path: Path, message: str) -> None:
        """A problem at `path` of the file."""
        self.problems.append(self.document.problem(path, message))

    def expression(self, path: Path, text: str, names: Names) -> None:
        """`text` has to be an expression over `names`."""
        try:
            references = compile_expression(text).references
        except BadExpression as error:
            self.add(path, str(error))
            return
        self._references(path, references, names)

    def words(self, path: Path, words: Words, names: Names) -> None:
        """`words` have to be there in every language, as templates over `names`."""
        if isinstance(words.root, str):
            self._template(path, words.root, names)
            return
        self.each_language(path, words.root, "words")
        for language, text in words.root.items():
            self._template((*path, language), text, names)

    def default_words(self, path: Path, words: Words, default: Words, names: Names) -> None:
        """The same for words that a pack may leave to us: ours may have languages that the pack does not."""
        if words == default and isinstance(words.root, dict):
            words = Words({name: text for name, text in words.root.items() if name in self.languages})
        self.words(path, words, names)

    def examples(self, path: Path, examples: Examples, *, needed: bool = True) -> None:
        """Examples have to be there in every language (when `needed`), none of them empty."""
        if needed or examples:
            self.each_language(path, examples if needed else dict.fromkeys(self.languages) | examples, "examples")
        for language, texts in examples.items():
            if needed and not texts:
                self.add((*path, language), "there has to be at least one example")
            for index, text in enumerate(texts):
                if not text.strip():
                    self.add((*path, language, index), "the example is empty")

    def each_language(self, path: Path, given: Iterable[str], what: str) -> None:
        """`given` has to name exactly the pack's languages."""
        present = set(given)
        for language in self.languages:
            if language not in present:
                self.add(path, f"there are no {what} in {language!r}")
        for language in sorted(present - set(self.languages)):
            self.add((*path, language), f"{language!r} is not among the languages of tenant.yaml")

    def _template(self, path: Path, text: str, names: Names) -> None:
        if not text.strip():
            self.add(path, "the text is empty")
            return
        try:
            references = template_references(text)
        except BadTemplate as error:
            self.add(path, str(error))
            return
        self._references(path, references, names)

    def _references(self, path: Path, references: Iterable[tuple[str, ...]], names: Names) -> None:
        for reference in sorted(references):
            wrong = unknown(reference, names)
            if wrong:
                self.add(path, wrong)


def unknown(reference: tuple[str, ...], names: Names) -> str | None:
    """What is wrong with a dotted name, or None."""
    current: Names | None = names
    for index, part in enumerate(reference):
        if current is None:
            return None
        if part not in current:
            prefix = ".".join(reference[:index])
            if index and not current:
                return f"{'.'.join(reference)}: {prefix} has nothing inside"
            return f"unknown name {'.'.join(reference[: index + 1])!r}{suggestion(part, current)}"
        current = current[part]
    return None
