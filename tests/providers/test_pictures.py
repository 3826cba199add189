"""Pictures are known by their first bytes and lie sealed in their folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.encryption import Vault
from core.errors import InputError, NotFoundError
from providers.pictures import MAX_PICTURE_BYTES, PictureStore, type_of_picture
from providers.recordings import RecordingStore

VAULT = Vault("p" * 32)
PNG = b"\x89PNG\r\n\x1a\n" + b"the rest of it"
JPEG = b"\xff\xd8\xff\xe0" + b"the rest of it"


def test_a_picture_is_known_by_its_first_bytes() -> None:
    assert (type_of_picture(PNG), type_of_picture(JPEG)) == ("image/png", "image/jpeg")


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"<svg onload='x'>", b"%PDF-1.7", b" " + PNG, PNG[:7]]
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="Only JPEG and PNG"):
        type_of_picture(content)


def test_a_picture_may_have_five_megabytes_and_not_a_byte_more() -> None:
    largest = PNG.ljust(MAX_PICTURE_BYTES, b"\0")
    assert type_of_picture(largest) == "image/png"
    with pytest.raises(InputError, match="larger than 5 MB"):
        type_of_picture(largest + b"\0")


def test_a_picture_lies_encrypted_and_is_read_again(tmp_path: Path) -> None:
    store = PictureStore(tmp_path / "pictures", VAULT)
    stored = store.write("DG1", JPEG)
    assert store.read(stored.path) == JPEG
    assert (stored.size_bytes, stored.content_type) == (len(JPEG), "image/jpeg")
    (file,) = (tmp_path / "pictures").iterdir()
    assert b"the rest of it" not in file.read_bytes() and stored.sha256 not in file.name


def test_the_same_picture_is_one_file_in_a_case_and_another_in_the_next(tmp_path: Path) -> None:
    store = PictureStore(tmp_path, VAULT)
    paths = [store.write(number, PNG).path for number in ("DG1", "DG1", "DG2")]
    assert paths[0] == paths[1] != paths[2] and len(list(tmp_path.iterdir())) == 2


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(VAULT.seal(b"secret"))
    for store in (PictureStore(tmp_path / "in", VAULT), RecordingStore(tmp_path / "in", VAULT)):
        with pytest.raises(NotFoundError):
            store.read("../secret")
