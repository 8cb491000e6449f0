"""The few words that staff read and that no Release holds: labels of the reply modal, and failures
that happen before or after the core. Patients never see any of them."""

from __future__ import annotations

PREVIEW = "Preview"
CANCEL = "Cancel"
REPLY = "Your reply"
SEND = "Send this reply"
CHANGE = "Change it"
CLOSE = "Close, keep as draft"

NOT_SAVED = "This could not be saved just now. Your text is still here: press Preview again."
NOT_SENT = "This could not be sent just now. Nothing went out: press Send again."
EMPTY = "Write something first."
TOO_LONG = "Slack takes at most 3,000 characters here."
FORM_LATE = "The reply box could not be opened in time. Nothing is lost: press Reply again."
UNKNOWN = "{reference} is not known here any more."
FILE_LOST = "The file could not be fetched: it is gone, or larger than 20 MB."
WRONG_CHANNEL = (
    "This channel is not a desk. To make it the desk, set SLACK_DESK_CHANNEL={channel} where"
    " Frontdesk runs and start it again. Until then nothing is posted here."
)
