"""The corpus and its split.

The corpus is one xz file of UTF-8 text, its documents separated by NUL: pieces of books, and whole files of source
code and documentation. A document's hash says where it belongs, so that the split never depends on order or chance:
1 in 64 is held out to judge (models, recipes and everything the README claims), 1 in 64 to develop on (settings are
chosen there), the rest trains. A book comes in several pieces, so other pieces of a held-out one may be trained on.
"""
import hashlib
import lzma
import re

PARTS = 64
JUDGE, DEVELOP = 0, 1


def read(path):
    """All documents of the corpus, in their order."""
    with lzma.open(path, 'rt', encoding='utf8', newline='') as file:
        return file.read().split('\0')


def part(document):
    """Which of the PARTS a document belongs to."""
    return int.from_bytes(hashlib.sha256(document.encode()).digest()[:4], 'big') % PARTS


def split(documents):
    """(training, developing, judging) documents."""
    training, developing, judging = [], [], []
    for document in documents:
        {JUDGE: judging, DEVELOP: developing}.get(part(document), training).append(document)
    return training, developing, judging


def kind(document):
    """'prose', 'code' or 'markdown', by what the first 4000 characters look like."""
    head = document[:4000]
    if sum(head.count(sign) for sign in '{}();=_') > 0.025 * len(head) or re.match(r'#!|"""|\'use strict\'|# Copyright', head):
        return 'code'
    return 'markdown' if re.search(r'(?m)^(---\ntitle:|#{1,4} |```)', head) and len(document) < 40000 else 'prose'


def passages(documents, wanted, count, characters=900):
    """`count` stretches of text of one kind, each from the start of a paragraph, evenly over the documents."""
    found = []
    sources = [document for document in documents if kind(document) == wanted and len(document) > characters]
    for turn in range(count):
        if len(found) == count or not sources:
            break
        for document in sources:
            starts = [match.end() for match in re.finditer(r'\n\n(?=\S)', document) if match.end() + characters < len(document)]
            place = int(len(starts) * (turn + 0.5) / (1 + count // len(sources)))
            passage = document[starts[place]:][:characters] if place < len(starts) else ''
            if passage and passage not in found and len(found) < count:
                found.append(passage)
    return found
