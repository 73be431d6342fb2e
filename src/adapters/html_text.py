"""The words of a piece of HTML, as plain text."""

from html.parser import HTMLParser

_BLOCKS = {"p", "blockquote", "div", "li", "ul", "ol"}


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _BLOCKS:
            self.paragraphs.append("")
        elif tag == "br":
            self.paragraphs[-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.paragraphs.append("")

    def handle_data(self, data: str) -> None:
        self.paragraphs[-1] += data


def paragraphs(html: str) -> list[str]:
    """The paragraphs that hold words, without tags; a line break stays one.

    >>> paragraphs('<p><img src="a.jpg"/></p> <p>Fast &amp; <i>funny</i>.<br/>Twice.</p>')
    ['Fast & funny.\\nTwice.']
    """
    words = _Words()
    words.feed(html)
    words.close()
    lines = ("\n".join(map(str.strip, each.splitlines())) for each in words.paragraphs)
    return [each.strip() for each in lines if each.strip()]
