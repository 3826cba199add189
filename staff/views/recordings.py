"""Recordings and pictures of a case, served under the same access as the case."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, request, send_file
from flask.typing import ResponseReturnValue

from accounts.audit import Action, record_audit
from casework.models import Attachment
from casework.vocabulary import AttachmentKind, AttachmentState
from core.errors import NotFoundError
from staff.access import needs
from staff.byte_ranges import answer_range
from staff.reach import can_see
from staff.services import get_services
from staff.signed_in import me

# A browser only plays or shows these; anything else is a download of plain bytes.
_PLAYED = frozenset(
    {"audio/x-wav", "audio/wav", "audio/mpeg", "audio/mp4", "audio/ogg", "image/jpeg", "image/png"}
)
_ACTIONS = {
    AttachmentKind.RECORDING: Action.RECORDING_PLAYED,
    AttachmentKind.PICTURE: Action.PICTURE_SEEN,
}
_PLAIN_NAMES = {"audio/x-wav": "audio/wav"}


def add_to(console: Blueprint) -> None:
    """Declare the routes."""
    console.add_url_rule("/recordings/<int:attachment_id>", view_func=recording)


@needs("case.see")
def recording(attachment_id: int) -> ResponseReturnValue:
    """The bytes of an attachment, in parts when asked for (Range).

    Each request stands in the audit trail with what it asked for: there are more ways to write a
    range than anybody thinks of, and a file can be fetched from its second byte on.
    """
    services = get_services()
    with services.database.read() as db:
        attachment = db.get(Attachment, attachment_id)
        if attachment is None or not can_see(db, attachment.case, me().actor):
            raise NotFoundError("There is no such recording.")
        if attachment.state != AttachmentState.STORED:
            raise NotFoundError("The recording is not stored yet.")
        number = attachment.case.number
        db.expunge(attachment)
    content, content_type = services.read_attachment(attachment)
    with services.database.write() as db:
        now = services.clock.now()
        detail = {"attachment": attachment_id, "range": request.headers.get("Range", "")[:64]}
        action = _ACTIONS[AttachmentKind(attachment.kind)]
        record_audit(db, action, me().actor.id, number, now, detail=detail)
    is_played = content_type in _PLAYED
    whole = send_file(
        BytesIO(content),
        mimetype=_PLAIN_NAMES.get(content_type, content_type)
        if is_played
        else "application/octet-stream",
        as_attachment=not is_played,
        download_name=f"{number}-{attachment_id}",
        etag=f"{attachment_id}-{len(content)}",
        conditional=False,
        max_age=0,
    )
    return answer_range(whole, len(content))
