"""From Twilio's parameters to turn inputs."""

from __future__ import annotations

import pytest

from dialogue.turn_inputs import (
    Pressed,
    QueueEnded,
    Recorded,
    Silent,
    Spoke,
    TransferEnded,
    TurnInput,
)
from hotline.twilio.inbound import read_turn_input


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"Digits": "1", "FinishedOnKey": ""}, Pressed("1")),
        ({"Digits": "9", "FinishedOnKey": "#"}, Pressed("9#")),
        ({"Digits": "", "FinishedOnKey": "#"}, Pressed("#")),
        ({"Digits": "*"}, Pressed("*")),
        ({"SpeechResult": " 试用期 ", "Confidence": "0.82"}, Spoke("试用期", 0.82)),
        ({"SpeechResult": "试用期", "Confidence": "0.0"}, Spoke("试用期", None)),
        ({"SpeechResult": "试用期", "Confidence": "high"}, Spoke("试用期", None)),
        ({"SpeechResult": "  "}, Silent()),
        ({}, Silent()),
        (
            {"RecordingSid": "RE1", "RecordingDuration": "7", "Digits": "#"},
            Recorded("RE1", 7),
        ),
        (
            {"RecordingSid": "RE1", "RecordingDuration": "7", "Digits": "hangup"},
            Recorded("RE1", 7, hung_up=True),
        ),
        ({"RecordingSid": "RE1", "RecordingDuration": "-1"}, Recorded("RE1", 1)),
        ({"RecordingSid": "RE1"}, Recorded("RE1", 1)),
        ({"RecordingSid": "RE1", "RecordingDuration": "0", "Digits": "hangup"}, Silent()),
        ({"DialCallStatus": "completed"}, TransferEnded("answered")),
        (
            {"DialCallStatus": "completed", "DialBridged": "false"},
            TransferEnded("not_reached"),
        ),
        ({"QueueResult": "bridged", "QueueTime": "30"}, QueueEnded("answered")),
        ({"QueueResult": "leave"}, QueueEnded("left")),
        ({"QueueResult": "queue-full"}, QueueEnded("left")),
        ({"DialCallStatus": "no-answer"}, TransferEnded("not_reached")),
        ({"DialCallStatus": "busy", "Digits": "1"}, TransferEnded("not_reached")),
    ],
)
def test_what_the_caller_did(form: dict[str, str], expected: TurnInput) -> None:
    assert read_turn_input(form) == expected
