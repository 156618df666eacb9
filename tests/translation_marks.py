"""Finds text that a reader sees and no translator would: in templates, and in Python."""

import ast
import re
from html.parser import HTMLParser
from typing import NamedTuple

from django.template.base import Lexer, Token, TokenType

#: Words that are the same in every language.
UNTRANSLATABLE = {"cimplan", "CSV", "DOCX", "HTML", "ICS", "PDF", "SHA", "XLSX"}

#: Attributes whose text a reader sees or hears, of every element and of some.
VISIBLE = {"alt", "aria-description", "aria-label", "aria-roledescription", "label", "placeholder"}
VISIBLE |= {"title", "aria-placeholder", "aria-valuetext", "data-label", "data-confirm"}
BUTTONS = {"submit", "button", "reset"}
HIDDEN_ELEMENTS = {"script", "style"}

#: An address is the same in every language too.
ADDRESS = re.compile(r"\S*(?:://|[?&]\w+=)\S*")

#: Blocks of the admin's that hold the names of classes.
OF_CLASSES = re.compile(r"{% block (?:bodyclass|coltype) %}.*?{% endblock %}")

#: Stands for the n-th template tag where it was taken out.
HOLE = re.compile("\ue000(\\d+)\ue001")
#: What a tag may itself put on the page: {{ x|default:"none" }}, {% firstof x "none" %},
#: {% include "row.html" with label="None" %}. `pluralize` knows English plurals only.
SPEAKING = re.compile(
    r"""\|(?:default|default_if_none|yesno|add):(?P<filter>"[^"]*"|'[^']*')"""
    r"""|(?P<plural>\|pluralize\b)"""
    r"""|\b(?:caption|heading|label|legend|message|summary|text|title)="""
    r"""(?P<argument>"[^"]*"|'[^']*')"""
)


class Unmarked(NamedTuple):
    line: int
    text: str


def has_letters(text: str) -> bool:
    """Whether anything is left to translate: a word, numbers and untranslatable ones aside."""
    words = re.findall(r"[^\W\d_]+", ADDRESS.sub("", HOLE.sub("", text)))
    return any(word not in UNTRANSLATABLE for word in words)


def _spoken(token: Token) -> list[str]:
    """The literal texts that a template tag puts on the page."""
    contents = token.contents
    spoken = [
        next(group for group in match.groups() if group) for match in SPEAKING.finditer(contents)
    ]
    if token.token_type == TokenType.BLOCK and contents.startswith("firstof "):
        spoken += re.findall(r"""(?<!_\()(?:"[^"]*"|'[^']*')""", contents)
    return [text for text in spoken if text == "|pluralize" or has_letters(text)]


class _Page(HTMLParser):
    """Reads HTML from which the template's tags have been taken out, leaving holes."""

    def __init__(self, tokens: dict[int, Token]) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens = tokens
        self.found: list[Unmarked] = []
        self._inside_hidden = False
        self._untranslated = ""

    def _look_at(self, text: str, line: int) -> None:
        if has_letters(text):
            self.found.append(Unmarked(line, " ".join(HOLE.sub("…", text).split())))
        for hole in HOLE.findall(text):
            token = self.tokens[int(hole)]
            self.found += [Unmarked(token.lineno, text) for text in _spoken(token)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside_hidden = tag in HIDDEN_ELEMENTS
        given = dict(attrs)
        if given.get("translate") == "no":
            self._untranslated = tag
        seen = VISIBLE & given.keys()
        if tag == "input" and given.get("type") in BUTTONS:
            seen.add("value")
        if tag == "meta" and given.get("name") == "description":
            seen.add("content")
        for name in sorted(seen):
            self._look_at(given[name] or "", self.getpos()[0])

    def handle_endtag(self, tag: str) -> None:
        self._inside_hidden = False
        if tag == self._untranslated:
            self._untranslated = ""

    def handle_data(self, data: str) -> None:
        if not self._inside_hidden and not self._untranslated:
            for number, text in enumerate(data.split("\n"), start=self.getpos()[0]):
                self._look_at(text, number)


def marks_in_template(source: str) -> int:
    """How many texts are marked for translation."""
    return len(re.findall(r"{%\s*(?:translate|trans|blocktranslate|blocktrans)\b|\b_\(", source))


def unmarked_in_template(source: str) -> list[Unmarked]:
    """The visible texts outside {% translate %} and {% blocktranslate %}, with their lines."""
    kept, tokens, until = [], {}, ""
    for token in Lexer(OF_CLASSES.sub("", source)).tokenize():
        word = token.contents.split(maxsplit=1)[0] if token.contents.strip() else ""
        is_block = token.token_type == TokenType.BLOCK
        if until:
            until = "" if is_block and word == until else until
            # What is left out keeps its line ends, for the lines after it to keep their numbers.
            kept.append("\n" * token.contents.count("\n"))
        elif token.token_type == TokenType.TEXT:
            kept.append(token.contents)
        elif token.token_type != TokenType.COMMENT:
            if is_block and word in ("blocktranslate", "blocktrans", "comment"):
                until = f"end{word}"
            tokens[len(tokens)] = token
            kept.append(f"\ue000{len(tokens) - 1}\ue001")
    page = _Page(tokens)
    page.feed("".join(kept))
    page.close()
    return page.found


#: Calls in Python whose text is for a reader, and the place of the text among their arguments.
SAYING = {
    "ValidationError": 0,
    "message_user": 1,
    "debug": 1,
    "error": 1,
    "info": 1,
    "success": 1,
    "warning": 1,
}


def unmarked_in_python(source: str) -> list[Unmarked]:
    """Literal texts handed to a ValidationError or to django.contrib.messages."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        place = SAYING.get(name)
        if place is None or len(node.args) <= place:
            continue
        if place == 1 and name != "message_user" and not _is_messages(function):
            continue
        found += [
            Unmarked(text.lineno, ast.unparse(text))
            for text in _literals(node.args[place])
            if has_letters(_words(text))
        ]
    return found


def _words(text: ast.expr) -> str:
    """What a literal says itself, without what an f-string fills in."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return " ".join(str(part.value) for part in parts if isinstance(part, ast.Constant))


def _is_messages(function: ast.expr) -> bool:
    return isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "messages"


def _literals(node: ast.expr) -> list[ast.expr]:
    """The bare strings of an argument: itself, in a list, or as the values of a dictionary."""
    if isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "value", None), str):
        return [node]
    if isinstance(node, ast.BinOp):
        return _literals(node.left)
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "format":
        return _literals(node.func.value)
    within = [*getattr(node, "elts", ()), *getattr(node, "values", ())]
    return [text for value in within for text in _literals(value)]
