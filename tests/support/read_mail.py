"""Reads one mail from standard input with Python's own parsers and tells what it found, as JSON. With --batch: a JSON
string with a mail's bytes (as latin-1) a line, a JSON object a line."""

import email
import email.policy
import json
import sys
from html.parser import HTMLParser


class Page(HTMLParser):
    """What stands in the HTML part; and the digest's items: div elements below a site's h2 and a section's h3."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text = []
        self.tags = []
        self.links = []
        self.attributes = []
        self.strange = []  # comments, declarations and the like
        self.items = []
        self.item = None
        self.site = ""
        self.section = ""
        self.piece = None  # text of the h2, h3 or p that is open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append(name)
            if name == "href":
                self.links.append(value)
                if self.item is not None:
                    self.item["links"].append(value)
        if tag == "div":
            self.item = {"site": self.site, "section": self.section, "title": None, "lines": [], "links": []}
            self.items.append(self.item)
        if tag in ("h2", "h3", "p"):
            self.piece = []

    def handle_endtag(self, tag):
        if tag == "div":
            self.item = None
        if tag not in ("h2", "h3", "p") or self.piece is None:
            return
        text = "".join(self.piece)
        self.piece = None
        if tag == "h2":
            self.site = text
        elif tag == "h3":
            self.section = text
        elif self.item is not None and self.item["title"] is None:
            self.item["title"] = text
        elif self.item is not None:
            self.item["lines"].append(text)

    def handle_data(self, data):
        self.text.append(data)
        if self.piece is not None:
            self.piece.append(data)

    def handle_comment(self, data):
        self.strange.append(data)

    def handle_pi(self, data):
        self.strange.append(data)

    def unknown_decl(self, data):
        self.strange.append(data)


def read(raw):
    message = email.message_from_bytes(raw, policy=email.policy.default)
    parts = [part for part in message.walk() if not part.is_multipart()]
    text = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    html = message.get_body(("html",)).get_content().replace("\r\n", "\n")
    page = Page()
    page.feed(html)
    page.close()
    defects = [str(defect) for part in message.walk() for defect in part.defects]
    defects += [str(defect) for value in message.values() for defect in value.defects]
    head = raw.split(b"\r\n\r\n", 1)[0]
    return {
        "names": message.keys(),
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "type": message.get_content_type(),
        "parts": [part.get_content_type() + " " + part.get_content_charset() for part in parts],
        "sender": message["From"].addresses[0].display_name,
        "from": message["From"].addresses[0].addr_spec,
        "date": message["Date"].datetime.isoformat(),
        "text": text,
        "html": html,
        "html_text": "".join(page.text),
        "tags": sorted(set(page.tags)),
        "attributes": sorted(set(page.attributes)),
        "links": page.links,
        "strange": page.strange,
        "items": page.items,
        "defects": defects,
        "longest_line": max(len(line) for line in raw.split(b"\r\n")),
        "bare_line_ends": raw.replace(b"\r\n", b"").count(b"\r") + raw.replace(b"\r\n", b"").count(b"\n"),
        "is_ascii": all(byte < 128 for byte in raw),
        "head_lines": head.count(b"\r\n") + 1,
    }


if sys.argv[1:] == ["--batch"]:
    for line in sys.stdin:
        print(json.dumps(read(json.loads(line).encode("latin-1")), ensure_ascii=True))
else:
    print(json.dumps(read(sys.stdin.buffer.read()), ensure_ascii=True))
