"""One conversation, turn by turn, without any knowledge of HTTP or TwiML."""
