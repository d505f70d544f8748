"""Filter patterns of CloudWatch Logs for events in JSON, which ministack stores and never asks.

Read are texts with `=` and `!=`, `*` at either end of them, `NOT EXISTS`, `&&`, `||` and brackets; anything else raises.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import functools
import re

_TOKEN = re.compile(r'\s*(\$\.[\w.]+|"[^"]*"|&&|\|\||!=|=|\(|\)|NOT EXISTS)')


def matches(pattern: str, event: dict) -> bool:
    return _compiled(pattern)(event)


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str):
    inner = pattern.strip()
    if not (inner.startswith("{") and inner.endswith("}")):
        raise ValueError(f"not a pattern for JSON: {pattern}")
    tokens = _tokens(inner[1:-1])
    found = _either(tokens)
    if tokens:
        raise ValueError(f"{tokens[0]} is not expected in {pattern}")
    return found


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"not understood: {text[at:].strip()}")
        tokens.append(match.group(1))
        at = match.end()
    return tokens


def _either(tokens):
    parts = [_both(tokens)]
    while tokens and tokens[0] == "||":
        tokens.pop(0)
        parts.append(_both(tokens))
    return lambda event: any(part(event) for part in parts)


def _both(tokens):
    parts = [_term(tokens)]
    while tokens and tokens[0] == "&&":
        tokens.pop(0)
        parts.append(_term(tokens))
    return lambda event: all(part(event) for part in parts)


def _term(tokens):
    first = tokens.pop(0)
    if first == "(":
        inner = _either(tokens)
        if tokens.pop(0) != ")":
            raise ValueError("a bracket is open")
        return inner
    if not first.startswith("$."):
        raise ValueError(f"{first} is no field")
    path, operator = first[2:].split("."), tokens.pop(0)
    if operator == "NOT EXISTS":
        return lambda event: _at(path, event) is None
    operand = tokens.pop(0)
    if operator not in ("=", "!=") or not operand.startswith('"'):
        raise ValueError(f"{first} {operator} {operand}")
    wanted = operand[1:-1]

    def compare(event):
        value = _at(path, event)
        # A field that is not there is neither equal nor unequal.
        return value is not None and _is(wanted, str(value)) == (operator == "=")

    return compare


def _at(path, event):
    for name in path:
        event = event.get(name) if isinstance(event, dict) else None
    return event


def _is(wanted: str, text: str) -> bool:
    begins, ends = not wanted.startswith("*"), not wanted.endswith("*")
    inner = wanted.strip("*")
    if begins and ends:
        return text == inner
    if begins:
        return text.startswith(inner)
    return text.endswith(inner) if ends else inner in text
