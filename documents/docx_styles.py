"""The styles of a Word document, by which a secretary changes its look in one place."""

from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

FONT = "Times New Roman"
RULE = "6E6E6E"
BLACK = RGBColor(0, 0, 0)

#: Style, size, bold, italic, space before and after, all in points.
_BUILT_IN = (
    ("Normal", 11, False, False, 0, 8),
    ("Title", 14, True, False, 18, 6),
    ("Subtitle", 11, False, False, 0, 18),
    ("Heading 1", 12.5, True, False, 16, 6),
    ("Heading 2", 11.5, True, False, 12, 6),
    ("Heading 3", 11, True, True, 10, 4),
    *((f"Heading {level}", 11, False, True, 10, 4) for level in range(4, 10)),
    ("Header", 9.5, False, False, 0, 0),
    ("Footer", 9.5, False, False, 0, 0),
    ("List Bullet", 11, False, False, 0, 4),
    ("List Number", 11, False, False, 0, 4),
    ("List Continue", 11, False, False, 0, 4),
)
#: What Word has no style for.
_OUR_OWN = (
    ("Table Text", 9.5, False, False, 0, 3),
    ("Table Note", 9.5, False, False, 4, 8),
    ("Note", 10, False, False, 2, 4),
    ("Bar", 8, False, False, 0, 0),
    ("Spacer", 4, False, False, 0, 0),
)


def set_styles(document: Document, language: str) -> None:
    """Set every style that a paper is written in, and the language of its words."""
    styles = document.styles
    for name, *_rest in _OUR_OWN:
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for name, size, bold, italic, before, after in (*_BUILT_IN, *_OUR_OWN):
        style: Any = styles[name]
        font, spacing = style.font, style.paragraph_format
        font.size, font.bold, font.italic = Pt(size), bold, italic
        font.color.rgb = None if name == "Bar" else BLACK
        _set_font(style)
        spacing.space_before, spacing.space_after = Pt(before), Pt(after)
        spacing.line_spacing = 1.0 if name in ("Spacer", "Bar", "Header", "Footer") else 1.08
        spacing.widow_control = True
    for name in ("Title", "Subtitle", "Bar"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Subtitle"].paragraph_format.keep_with_next = False
    styles["List Continue"].paragraph_format.left_indent = Pt(18)
    styles["Note"].paragraph_format.left_indent = Pt(12)
    _set_border(styles["Note"], "left")
    _set_language(document, language)


def _set_font(style: Any) -> None:
    """Times, and no theme that would have its way instead."""
    properties = style.element.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    style.font.name = FONT
    for script in ("w:eastAsia", "w:cs"):
        properties.rFonts.set(qn(script), FONT)
    for name in ("w:spacing", "w:kern"):
        for one in properties.findall(qn(name)):
            properties.remove(one)
    for border in style.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break


def _set_border(style: Any, side: str) -> None:
    properties = style.element.get_or_add_pPr()
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "6"), ("color", RULE)):
        line.set(qn(f"w:{name}"), value)
    border = OxmlElement("w:pBdr")
    border.append(line)
    after = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
    properties.insert_element_before(border, *after)


def _set_language(document: Document, language: str) -> None:
    """The language the words are in, for spelling and for reading aloud."""
    for element in document.styles.element.iter(qn("w:lang")):
        for script in ("w:val", "w:eastAsia"):
            element.set(qn(script), language)
