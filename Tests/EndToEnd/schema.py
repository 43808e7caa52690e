"""Checks a value against the part of JSON Schema that the published schemas use."""
import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
NUMBER = (int, float)
ANNOTATIONS = {"$schema", "$defs", "title", "description", "format"}


def problems(value, schema, root, at="$"):
    """What is wrong with `value`, one text each."""
    found = []
    for word, expected in schema.items():
        if word in ANNOTATIONS:
            continue
        if word == "$ref":
            found += problems(value, root["$defs"][expected.rsplit("/", 1)[-1]], root, at)
        else:
            found += CHECKS[word](value, expected, schema, root, at)
    return found


def check_type(value, expected, schema, root, at):
    is_bool = isinstance(value, bool) and expected != "boolean"
    right = isinstance(value, TYPES[expected]) and not is_bool
    return [] if right else [f"{at} is no {expected}: {value!r:.60}"]


def check_properties(value, expected, schema, root, at):
    if not isinstance(value, dict):
        return []
    return [p for key, item in value.items() if key in expected
            for p in problems(item, expected[key], root, f"{at}.{key}")]


def check_additional(value, expected, schema, root, at):
    if not isinstance(value, dict):
        return []
    others = [key for key in value if key not in schema.get("properties", {})]
    if expected is False:
        return [f"{at}.{key} is not in the schema" for key in others]
    return [p for key in others for p in problems(value[key], expected, root, f"{at}.{key}")]


def check_items(value, expected, schema, root, at):
    if not isinstance(value, list):
        return []
    return [p for i, item in enumerate(value) for p in problems(item, expected, root, f"{at}[{i}]")]


def simple(is_right, words, kind=object):
    """A check of values of one kind; the others pass, as JSON Schema has it."""
    def check(value, expected, schema, root, at):
        right = not isinstance(value, kind) or is_right(value, expected)
        return [] if right else [f"{at} {words} {expected!r:.60}: {value!r:.60}"]
    return check


def check_required(value, expected, schema, root, at):
    return [f"{at}.{key} is missing" for key in expected if isinstance(value, dict) and key not in value]


CHECKS = {
    "type": check_type,
    "properties": check_properties,
    "additionalProperties": check_additional,
    "items": check_items,
    "required": check_required,
    "enum": simple(lambda value, expected: value in expected, "is none of"),
    "const": simple(lambda value, expected: value == expected, "is not"),
    "minimum": simple(lambda value, expected: value >= expected, "is below", NUMBER),
    "maximum": simple(lambda value, expected: value <= expected, "is above", NUMBER),
    "exclusiveMinimum": simple(lambda value, expected: value > expected, "is not above", NUMBER),
    "minItems": simple(lambda value, expected: len(value) >= expected, "is shorter than", list),
    "pattern": simple(lambda value, expected: re.search(expected, value), "does not match", str),
}
