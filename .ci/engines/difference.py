"""What differs between two values of JSON."""


class Missing:
    """Stands for a member or an element that is not there."""

    def __str__(self):
        return "nothing"


def differences(one, other, path=""):
    """Each place where two values differ: its path, and both values."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in {**one, **other}:
            yield from differences(one.get(key, Missing()), other.get(key, Missing()), f"{path}.{key}")
    elif isinstance(one, list) and isinstance(other, list):
        for place in range(max(len(one), len(other))):
            at = lambda values: values[place] if place < len(values) else Missing()
            yield from differences(at(one), at(other), f"{path}[{place}]")
    # True is 1 in Python, but not in JSON.
    elif isinstance(one, bool) != isinstance(other, bool) or one != other:
        yield path, one, other
