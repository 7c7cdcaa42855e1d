# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Surveys by AWX's rules (awx/api/views/__init__.py and awx/main/models/mixins.py, measured on AWX). Pure."""

from __future__ import annotations

import typing as t

Json = dict[str, t.Any]

# The type that a question's default must have; an integer question takes True, which Python calls an int.
DEFAULT_TYPES: t.Final[dict[str, tuple[type, ...]]] = {
    "text": (str,),
    "textarea": (str,),
    "password": (str,),
    "multiplechoice": (str,),
    "multiselect": (str,),
    "integer": (int,),
    "float": (float, int),
}
SPEC_FIELDS: t.Final[tuple[tuple[str, type, str], ...]] = (
    ("name", str, "string"),
    ("description", str, "string"),
    ("spec", list, "list of items"),
)
TEXTS: t.Final = ("text", "textarea", "password")
CHOICES: t.Final = ("multiplechoice", "multiselect")
ENCRYPTED: t.Final = "$encrypted$"


class InvalidSurveyError(Exception):
    """A specification that AWX refuses; its text is the C(error) of the response."""


def check_spec(spec: Json) -> None:
    """Raise InvalidSurveyError if AWX would not store the specification."""
    # AWX keeps the last of these errors.
    errors = [error for field in SPEC_FIELDS for error in _errors_of_field(spec, *field)]
    if spec.get("spec") == []:
        errors.append("'spec' doesn't contain any items.")
    if errors:
        raise InvalidSurveyError(errors[-1])
    variables: set[str] = set()
    for number, question in enumerate(spec["spec"]):
        _check_question(number, question)
        if question["variable"] in variables:
            raise InvalidSurveyError(f"'variable' '{question['variable']}' duplicated in survey question {number}.")
        variables.add(question["variable"])
        _check_values(number, question)


def _errors_of_field(spec: Json, field: str, expected: type, label: str) -> list[str]:
    if field not in spec:
        return [f"Field '{field}' is missing from survey spec."]
    if not isinstance(spec[field], expected):
        return [f"Expected {label} for field '{field}', received {type(spec[field]).__name__} type."]
    return []


def _check_question(number: int, question: t.Any) -> None:
    if not isinstance(question, dict):
        raise InvalidSurveyError(f"Survey question {number} is not a json object.")
    for field in ("type", "question_name", "variable", "required"):
        if field not in question:
            raise InvalidSurveyError(f"'{field}' missing from survey question {number}")
        expected, label = (bool, "boolean") if field == "required" else (str, "string")
        if not isinstance(question[field], expected):
            raise InvalidSurveyError(f"'{field}' in survey question {number} expected to be {label}.")


def _check_values(number: int, question: Json) -> None:
    _check_default(number, question)
    for limit in ("min", "max"):
        if question.get(limit) is not None and not isinstance(question[limit], int):
            raise InvalidSurveyError(f"The {limit} limit in survey question {number} expected to be integer.")
    if question["type"] in CHOICES:
        _check_choices(number, question)


def _check_default(number: int, question: Json) -> None:
    kind = question["type"]
    if kind not in DEFAULT_TYPES:
        allowed = ", ".join(DEFAULT_TYPES)
        raise InvalidSurveyError(
            f"'{kind}' in survey question {number} is not one of '{allowed}' allowed question types."
        )
    default = question.get("default", "")
    if default != "" and not isinstance(default, DEFAULT_TYPES[kind]):
        label = kind if kind in ("integer", "float") else "string"
        raise InvalidSurveyError(f"Default value {default} in survey question {number} expected to be {label}.")
    if isinstance(default, str) and default.startswith(ENCRYPTED) and kind != "password":
        raise InvalidSurveyError(
            "$encrypted$ is a reserved keyword for password question defaults, "
            f"survey question {number} is type {kind}."
        )


def _check_choices(number: int, question: Json) -> None:
    if "choices" not in question:
        raise InvalidSurveyError(f"Survey question {number} of type {question['type']} must specify choices.")
    defaults = [line for line in question.get("default", "").splitlines() if line.strip()]
    if question["type"] == "multiplechoice" and len(defaults) > 1:
        raise InvalidSurveyError("Multiple Choice (Single Select) can only have one default value.")
    if not set(defaults) <= set(choices_of(question)):
        raise InvalidSurveyError("Default choice must be answered from the choices listed.")


def choices_of(question: Json) -> list[str]:
    """The choices, which may be a list or lines."""
    choices = question["choices"]
    return choices.split("\n") if isinstance(choices, str) else list(choices)


def stored(spec: Json) -> Json:
    """The specification as AWX stores it, without empty lines in choices and defaults."""
    return {**spec, "spec": [_stored_question(question) for question in spec["spec"]]}


def _stored_question(question: Json) -> Json:
    if question["type"] not in CHOICES:
        return question
    texts = {key: question[key] for key in ("choices", "default") if isinstance(question.get(key), str)}
    return {**question, **{key: "\n".join(filter(str.strip, text.splitlines())) for key, text in texts.items()}}


def shown(spec: Json) -> Json:
    """The specification as AWX shows it: the default of a password is hidden."""
    if "spec" not in spec:
        return spec
    questions = [
        {**question, "default": ENCRYPTED} if question["type"] == "password" and question.get("default") else question
        for question in spec["spec"]
    ]
    return {**spec, "spec": questions}


def errors_of_answers(spec: Json, answers: Json, *, require: bool = True) -> list[str]:
    """What AWX says of the answers (C(variables_needed_to_start)), in the order of the questions.

    :param require: whether a required question must be answered, which nodes of workflows do not check.
    """
    return [
        error for question in spec.get("spec", []) for error in errors_of_answer(question, answers, require=require)
    ]


def errors_of_answer(question: Json, answers: Json, *, require: bool = True) -> list[str]:
    """What AWX says of the answer to one question; required means that its variable is there."""
    name, kind = question["variable"], question["type"]
    if name not in answers:
        return [f"'{name}' value missing"] if question["required"] and require else []
    value = answers[name]
    if kind in TEXTS:
        return _errors_of_text(question, value)
    if kind in ("integer", "float"):
        return _errors_of_number(question, value)
    return _errors_of_choice(question, value)


def _errors_of_text(question: Json, value: t.Any) -> list[str]:
    name = question["variable"]
    shown_value = ENCRYPTED if question["type"] == "password" else value
    if not isinstance(value, str):
        return [f"Value {shown_value} for '{name}' expected to be a string."]
    least, most = question.get("min"), question.get("max")
    if least is not None and len(value) < least:
        size = f"(length is {len(value)} must be at least {least})"
        return [f"'{name}' value {shown_value} is too small {size}."]
    if most is not None and len(value) > most:
        return [f"'{name}' value {shown_value} is too large (must be no more than {most})."]
    return []


def _errors_of_number(question: Json, value: t.Any) -> list[str]:
    name = question["variable"]
    wanted: tuple[type, ...] = (int,) if question["type"] == "integer" else (float, int)
    # type(), not isinstance: true is no integer here.
    if type(value) not in wanted:
        label = "an integer" if question["type"] == "integer" else "a numeric type"
        return [f"Value {value} for '{name}' expected to be {label}."]
    least, most = question.get("min"), question.get("max")
    if least is not None and value < least:
        return [f"'{name}' value {value} is too small (must be at least {least})."]
    if most is not None and value > most:
        return [f"'{name}' value {value} is too large (must be no more than {most})."]
    return []


def _errors_of_choice(question: Json, value: t.Any) -> list[str]:
    name, choices = question["variable"], choices_of(question)
    if question["type"] == "multiselect":
        if not isinstance(value, list):
            return [f"'{name}' value is expected to be a list."]
        return [f"Value {one} for '{name}' expected to be one of {choices}." for one in value if one not in choices]
    return [] if value in choices else [f"Value {value} for '{name}' expected to be one of {choices}."]


def defaults_that_arrive(spec: Json) -> Json:
    """The defaults that a job gets for questions left out: those that pass their own question's rules."""
    found = {question["variable"]: question for question in spec.get("spec", []) if question.get("default") is not None}
    return {
        name: question["default"]
        for name, question in found.items()
        if not errors_of_answer(question, {name: question["default"]})
    }
