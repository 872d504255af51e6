"""Reads one mail from standard input with Python's own parsers and tells what it found, as JSON."""

import email
import email.policy
import json
import sys
from html.parser import HTMLParser


class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text = []
        self.tags = []
        self.links = []
        self.attributes = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append(name)
            if name == "href":
                self.links.append(value)

    def handle_data(self, data):
        self.text.append(data)


def main():
    raw = sys.stdin.buffer.read()
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
    print(
        json.dumps(
            {
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
                "defects": defects,
                "longest_line": max(len(line) for line in raw.split(b"\r\n")),
                "bare_line_ends": raw.replace(b"\r\n", b"").count(b"\r") + raw.replace(b"\r\n", b"").count(b"\n"),
                "is_ascii": all(byte < 128 for byte in raw),
                "head_lines": head.count(b"\r\n") + 1,
            },
            ensure_ascii=True,
        )
    )


main()
