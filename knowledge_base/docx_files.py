"""Reading the words of a docx file from outside: a zip of XML files, checked before it is read.

A document type declaration is forbidden in these files (ECMA-376 part 2, 8.2.5), and entities,
with which a small file becomes a huge one, can only stand in one: a file that has one is refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.table import Table

from core.errors import ContentError

MAX_MEMBERS = 2_000
MAX_BYTES = 50 * 1024 * 1024
"""Of all that is in a file, unpacked. The longest law has less than one."""
_XML = (".xml", ".rels")
_CHUNK = 64 * 1024


def read_docx(path: Path) -> str:
    """The paragraphs and tables of a file, one a line. Raises ContentError naming the file."""
    try:
        check_docx(path)
        return _words_of(path)
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError, expat.ExpatError) as error:
        raise ContentError(f"{path.name}: not readable: {error}") from error


def check_docx(path: Path) -> None:
    """Raise ContentError for a file that unpacks to too much or declares entities; BadZipFile and
    ExpatError for what is no zip or no XML."""
    with ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(one.file_size for one in members) > MAX_BYTES:
            raise ContentError(f"{path.name}: unpacks to more than any law.")
        for member in members:
            if member.filename.lower().endswith(_XML):
                with archive.open(member) as file:
                    _refuse_declarations(file, path.name)


def _refuse_declarations(file: IO[bytes], name: str) -> None:
    def refuse(*_: object) -> None:
        raise ContentError(f"{name}: declares a document type, which a docx never does.")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    size = 0
    while chunk := file.read(_CHUNK):
        # What the list of contents says of sizes may be wrong.
        size += len(chunk)
        if size > MAX_BYTES:
            raise ContentError(f"{name}: unpacks to more than any law.")
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _words_of(path: Path) -> str:
    document = docx.Document(str(path))
    lines: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            lines += ["  ".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            lines.append(block.text)
    return "\n".join(lines)
