"""From the library's JSON to classes."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, Callable, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def build(cls: type[T], value: dict[str, Any]) -> T:
    """An instance of a dataclass. Fields that the class does not know are left out."""
    return cls(**{name: make(value[key]) for name, key, make in _fields(cls) if key in value})


@functools.lru_cache(maxsize=None)
def _fields(cls: type[Any]) -> list[tuple[str, str, Callable[[Any], Any]]]:
    hints = get_type_hints(cls)
    fields = []
    for field in dataclasses.fields(cls):
        name = field.name
        # A field whose name is a word of Python has a `_` behind it.
        key = name.rstrip("_")
        fields.append((name, key, _maker(hints[name])))
    return fields


def _maker(hint: Any) -> Callable[[Any], Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Union:
        inner = [argument for argument in arguments if argument is not type(None)]
        if len(inner) == 1:
            make = _maker(inner[0])
            return lambda value: None if value is None else make(value)
    if origin is list:
        make_item = _maker(arguments[0])
        return lambda value: [make_item(item) for item in value]
    if origin is tuple:
        makers = [_maker(argument) for argument in arguments]
        return lambda value: tuple(make(item) for make, item in zip(makers, value))
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return lambda value: build(hint, value)
    return lambda value: value
