"""Pictures on a case: added by a form, seen by those who see the case."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from werkzeug.datastructures import FileStorage

from casework.models import Case
from casework.queries import get_case, list_events
from providers.pictures import MAX_PICTURE_BYTES
from tests.staff.browser import Page, StaffBrowser
from tests.staff.conftest import BRANCH, OTHER_BRANCH, PICTURE, Console
from tests.staff.test_cases import lodge_petition


def _attach(browser: StaffBrowser, case: Case, content: bytes, name: str = "a.png") -> Page:
    browser.open(f"/staff/cases/{case.number}")
    path = f"/staff/cases/{case.number}/moves/attach"
    return browser.upload(path, picture=FileStorage(BytesIO(content), name))


def _files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "pictures").glob("*"))


def test_a_picture_is_stored_encrypted_and_shown_in_the_record(
    console: Console, tmp_path: Path
) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    assert 'enctype="multipart/form-data"' in officer.open(f"/staff/cases/{case.number}").html
    page = _attach(officer, case, PICTURE, "../../王小明的工资条.html")
    assert page.status == 200 and "已记录：加附件。" in page.words
    with console.services.database.read() as db:
        (attachment,) = get_case(db, case.number).attachments
        assert (attachment.content_type, attachment.size_bytes) == ("image/png", len(PICTURE))
        assert list_events(db, get_case(db, case.number))[-1].kind == "attached"
    (file,) = _files(tmp_path)
    assert PICTURE not in file.read_bytes() and "王小明的工资条" not in page.html
    assert f'src="/staff/recordings/{attachment.id}"' in page.html
    shown = officer.open(f"/staff/recordings/{attachment.id}").response
    assert (shown.data, shown.mimetype) == (PICTURE, "image/png")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "attachment" not in shown.headers.get("Content-Disposition", "")


def test_a_picture_is_shown_to_those_who_see_its_case_and_that_is_kept(console: Console) -> None:
    case = lodge_petition(console)
    _attach(console.sign_in_as("officer", BRANCH), case, PICTURE)
    path = "/staff/recordings/1"
    assert console.sign_in_as("office_head", OTHER_BRANCH).open(path).status == 404
    assert console.open().open(path).path == "/staff/sign-in"
    supervisor = console.sign_in_as("supervisor")
    trail = "/staff/audit?action=picture_seen"
    assert case.number not in supervisor.open(trail).words
    assert supervisor.open(path).status == 200
    assert case.number in supervisor.open(trail).words


def test_what_is_no_picture_is_refused_whatever_its_name(console: Console, tmp_path: Path) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    page = _attach(officer, case, b"<script>alert(1)</script>", "a.png")
    assert page.status == 422 and "只能加JPEG或PNG图片。" in page.words
    page = _attach(officer, case, PICTURE[:8] + b"<script>alert(1)</script>", "a.png")
    assert page.status == 422 and "这个文件开头像图片，但打不开，没有保存。" in page.words
    page = _attach(officer, case, b"", "")
    assert page.status == 422 and "请选择文件。" in page.words
    assert _files(tmp_path) == []


def test_only_the_picture_form_takes_more_than_other_requests(console: Console) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    assert _attach(officer, case, PICTURE.ljust(MAX_PICTURE_BYTES, b"\0")).status == 200
    page = _attach(officer, case, PICTURE.ljust(MAX_PICTURE_BYTES + 1, b"\0"))
    assert page.status == 422 and "图片超过5 MB。" in page.words
    page = _attach(officer, case, PICTURE.ljust(2 * MAX_PICTURE_BYTES, b"\0"))
    assert page.status == 413 and "图片不超过5 MB" in page.words
    large = FileStorage(BytesIO(PICTURE.ljust(2 * 1024 * 1024, b"\0")), "a.png")
    note = f"/staff/cases/{case.number}/moves/note"
    assert officer.upload(note, text="备注", picture=large).status == 413


def test_the_same_picture_is_not_added_twice(console: Console, tmp_path: Path) -> None:
    case = lodge_petition(console)
    officer = console.sign_in_as("officer", BRANCH)
    _attach(officer, case, PICTURE)
    page = _attach(officer, case, PICTURE, "b.png")
    assert page.status == 409 and "这张图片已经加过。" in page.words
    assert len(_files(tmp_path)) == 1


def test_who_may_not_add_a_picture_leaves_no_file(console: Console, tmp_path: Path) -> None:
    case = lodge_petition(console)
    far = console.sign_in_as("officer", OTHER_BRANCH)
    far.open("/staff/cases")
    path = f"/staff/cases/{case.number}/moves/attach"
    assert far.send(path, picture=(BytesIO(PICTURE), "a.png")).status == 404
    assert _files(tmp_path) == []
