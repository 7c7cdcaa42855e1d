# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers to the questions of a survey, as AWX passes them on and as people write them with -e. Pure.

A survey guarantees nothing: workflows, launches by the API and artifacts pass it by, and an empty text is an answer.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.task.request_error import RequestError

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

# How much of two names must be the same: names that extend another one stay below.
_ALMOST = 0.88
_SEPARATORS = re.compile(r"[\s,]+")
_AGE = re.compile(r"(\d+)([smhd]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_TRUE = frozenset({"yes", "true", "on", "1"})
_FALSE = frozenset({"no", "false", "off", "0"})


class _UnsuitableError(Exception):
    """The value is not what the question asks for; the text, if any, says what it must be."""


@dataclasses.dataclass(frozen=True)
class Question:
    """A question of a survey.

    :param type: how the answer is read, one of READERS.
    :param default: what an answer that is not given stands for.
    :param required: whether an answer must be given.
    :param min: the least number, or age in seconds. :param max: the greatest.
    :param pattern: a regular expression that the text, or every item of a list, must match as a whole.
    :param allowed: what the pattern allows, in words.
    :param secret: whether the answer is never shown.
    """

    type: str
    default: t.Any = None
    required: bool = False
    min: int | None = None
    max: int | None = None
    pattern: str | None = None
    allowed: str = "something else"
    secret: bool = False

    @classmethod
    def parse(cls, described: Mapping[str, t.Any]) -> Question:
        """From the keys of a survey's question that matter here."""
        names = {field.name for field in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in described.items() if name in names})

    def read(self, name: str, given: t.Any) -> t.Any:
        """The answer, or the default.

        :raises RequestError: one sentence with the question's variable.
        """
        if not is_given(given):
            if self.required:
                raise RequestError(f"{name} is not set: it must be {self._words()}.")
            return self.default
        try:
            value = READERS[self.type](given)
            self._check(value)
        except _UnsuitableError as error:
            raise _refusal(name, given, f"it must be {str(error) or self._words()}", secret=self.secret) from error
        return value

    def _check(self, value: t.Any) -> None:
        below = self.min is not None and isinstance(value, int) and value < self.min
        above = self.max is not None and isinstance(value, int) and value > self.max
        texts = value if isinstance(value, list) else [value]
        if below or above or (self.pattern and not all(re.fullmatch(self.pattern, str(text)) for text in texts)):
            raise _UnsuitableError

    def _words(self) -> str:
        limits = " to ".join(str(limit) for limit in (self.min, self.max) if limit is not None)
        number = f" from {limits}" if self.max is not None else f" of {limits} or more" if limits else ""
        words = {
            "int": f"a whole number{number}",
            "bool": "yes or no",
            "age": "a time such as 30m, 2h or 1d",
            "tags": "lines such as Role=web, or Role=web,api for one of several values",
            "mapping": "a YAML mapping",
            "mappings": "a YAML list of mappings, or one of them",
        }
        return self.allowed if self.pattern else words.get(self.type, "a text or a list")


def _refusal(name: str, given: object, allowed: str, *, secret: bool) -> RequestError:
    if secret or not isinstance(given, str | int | float) or len(str(given)) > 100 or "\n" in str(given).strip():
        return RequestError(f"{name} cannot be used: {allowed}.")
    return RequestError.of_value(f"{name} is", given.strip() if isinstance(given, str) else given, f"{allowed}.")


def is_given(value: t.Any) -> bool:
    """Whether a value is an answer: AWX passes on an empty text for a question that was left out."""
    return bool(value.strip()) if isinstance(value, str) else value is not None and value not in ([], {})


def _text(given: t.Any) -> str:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise _UnsuitableError
    return str(given).strip()


def _lines(given: t.Any) -> list[str] | str:
    """Commands: a text is one item whatever it holds, with the line ends of Unix."""
    if isinstance(given, str):
        return given.replace("\r\n", "\n").strip("\n")
    if isinstance(given, list) and all(isinstance(item, str | int | float) for item in given):
        return [str(item) for item in given]
    raise _UnsuitableError


def _items(given: t.Any) -> list[str]:
    items = [_text(item) for item in given] if isinstance(given, list) else _SEPARATORS.split(_text(given))
    return list(dict.fromkeys(item for item in items if item))


def _int(given: t.Any) -> int:
    text = _text(given)
    if not re.fullmatch(r"-?\d+", text):
        raise _UnsuitableError
    return int(text)


def _bool(given: t.Any) -> bool:
    text = str(given).strip().lower()
    if text not in _TRUE | _FALSE:
        raise _UnsuitableError
    return text in _TRUE


def _age(given: t.Any) -> int:
    """Seconds."""
    found = _AGE.fullmatch(_text(given))
    if not found:
        raise _UnsuitableError
    return int(found[1]) * _SECONDS[found[2]]


def _yaml(given: t.Any) -> t.Any:
    """A value, or the value that a text of YAML stands for; the text itself is never shown."""
    import yaml

    if not isinstance(given, str):
        return given
    try:
        return yaml.safe_load(given)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        raise _UnsuitableError(f"YAML, which it is not{place}") from error


def _mapping(given: t.Any) -> dict[str, t.Any]:
    value = _yaml(given)
    if not isinstance(value, dict):
        raise _UnsuitableError
    return {str(key): item for key, item in value.items()}


def _mappings(given: t.Any) -> list[dict[str, t.Any]]:
    value = _yaml(given)
    values = value if isinstance(value, list) else [value]
    if not values or not all(isinstance(item, dict) for item in values):
        raise _UnsuitableError
    return values


def _tags(given: t.Any) -> dict[str, list[str]]:
    """Values by tag key. A value that has a comma needs a dictionary."""
    if isinstance(given, dict):
        pairs = [(str(key), value if isinstance(value, list) else [value]) for key, value in given.items()]
    else:
        lines = [_text(line) for line in given] if isinstance(given, list) else _text(given).splitlines()
        pairs = [_tag(line) for line in lines if line.strip()]
    tags: dict[str, list[str]] = {}
    for key, values in pairs:
        tags.setdefault(key, []).extend(_text(value) for value in values)
    return tags


def _tag(line: str) -> tuple[str, list[str]]:
    key, _equals, values = line.partition("=")
    found = [value.strip() for value in values.split(",")]
    if not key.strip() or not all(found):
        raise _UnsuitableError
    return key.strip(), found


def _by_region(given: t.Any) -> list[str] | dict[str, list[str]]:
    """IDs of one region, or those of each region."""
    if isinstance(given, dict):
        return {str(region): _items(ids) for region, ids in given.items()}
    return _items(given)


READERS: t.Final[dict[str, Callable[[t.Any], t.Any]]] = {
    "age": _age,
    "bool": _bool,
    "by_region": _by_region,
    "int": _int,
    "lines": _lines,
    "list": _items,
    "mapping": _mapping,
    "mappings": _mappings,
    "str": _text,
    "tags": _tags,
}


def read_answers(
    given: Mapping[str, t.Any],
    questions: Mapping[str, Mapping[str, t.Any]],
    exactly_one: Iterable[Sequence[str]] = (),
    at_least_one: Iterable[Sequence[str]] = (),
    variables: Iterable[str] = (),
) -> tuple[dict[str, t.Any], list[str]]:
    """The answers by variable, and a sentence for each that is wrong.

    :param exactly_one: groups of variables of which one must be set, and no other.
    :param at_least_one: groups of variables of which one must be set.
    :param variables: names of all variables that may be answers; one that almost asks a question is wrong.
    """
    answers: dict[str, t.Any] = {}
    problems: list[str] = []
    for name, described in questions.items():
        try:
            answers[name] = Question.parse(described).read(name, given.get(name))
        except RequestError as error:
            answers[name] = None
            problems.append(str(error))
    problems += _misspelled(variables, questions)
    for group in exactly_one:
        problems += _not_one(group, [name for name in group if is_given(given.get(name))])
    for group in at_least_one:
        if not any(is_given(given.get(name)) for name in group):
            problems.append(f"Neither {_joined(group, 'nor')} is set: at least one must be.")
    return answers, problems


def _misspelled(variables: Iterable[str], questions: Iterable[str]) -> Iterator[str]:
    names = list(questions)
    for variable in sorted(set(variables) - set(names)):
        meant = difflib.get_close_matches(variable, names, 1, _ALMOST)
        if meant:
            yield f"{variable} is set, and no question asks for it: {meant[0]} is one."


def _not_one(group: Sequence[str], found: Sequence[str]) -> list[str]:
    if len(found) == 1:
        return []
    state = f"{_joined(found, 'and')} are" if found else "none is"
    return [f"Exactly one of {_joined(group, 'and')} must be set, and {state}."]


def _joined(names: Sequence[str], word: str) -> str:
    return f"{', '.join(names[:-1])} {word} {names[-1]}" if len(names) > 1 else "".join(names)
