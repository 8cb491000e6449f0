"""Telegram's limits, each with where it is written.

Sources: [api] core.telegram.org/bots/api, the section named; [faq] core.telegram.org/bots/faq;
[const] ``telegram.constants`` of python-telegram-bot 22.8, which copies them from the Bot API.
"""

from __future__ import annotations

from typing import Final

# ---- sizes of what we send

TEXT_UNITS: Final = 4096
"""UTF-16 code units of a message's text [api sendMessage, const MessageLimit]."""

CAPTION_UNITS: Final = 1024
"""UTF-16 code units of a caption [api sendPhoto, const MessageLimit]."""

ENTITIES: Final = 100
"""Entities of a message; the rest are ignored [const MessageLimit.MESSAGE_ENTITIES]."""

CALLBACK_BYTES: Final = 64
"""Bytes of ``callback_data``, at least 1 [api InlineKeyboardButton]."""

CALLBACK_ANSWER: Final = 200
"""Characters of the answer to a tap [api answerCallbackQuery]."""

TOPIC_NAME: Final = 128
"""Characters of a topic's name, at least 1 [api createForumTopic]; counted in UTF-16 units, the most
that Telegram may count."""

KEYBOARD_BUTTONS: Final = 100
"""Buttons of a keyboard [const InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER]."""

KEYBOARD_ROW: Final = 8
"""Buttons of a row [const InlineKeyboardMarkupLimit.BUTTONS_PER_ROW]."""

PLACEHOLDER: Final = 64
"""Characters of a ForceReply's placeholder [api ForceReply]."""

COMMAND_DESCRIPTION: Final = 256
"""Characters of a command's description [api BotCommand]."""

BOT_NAME: Final = 64
BOT_DESCRIPTION: Final = 512
BOT_SHORT_DESCRIPTION: Final = 120
"""Characters of the profile texts [api setMyName, setMyDescription, setMyShortDescription]."""

DELETE_BATCH: Final = 100
"""Ids of one deleteMessages [api deleteMessages]."""

# ---- files

DOWNLOAD_BYTES: Final = 20_000_000
"""What a bot can download through getFile [api getFile: "20MB"]."""

UPLOAD_BYTES: Final = 50_000_000
"""What a bot can upload as a document [api sendDocument: "50 MB"]."""

# ---- rates: the worker keeps them per destination

MESSAGES_PER_SECOND: Final = 30
"""Messages a second of one bot, all chats together [faq "broadcasting"]."""

CHAT_PER_SECOND: Final = 1
"""Messages a second in one chat [faq "hitting limits"]."""

GROUP_PER_MINUTE: Final = 20
"""Messages a minute in one group; edits count, answers to taps do not [faq "hitting limits"]."""

# ---- updates

POLL_SECONDS: Final = 50
"""The longest long poll that Telegram keeps open [api getUpdates, const PollingLimit]."""

POLL_ROWS: Final = 100
"""Rows of one getUpdates answer [api getUpdates]."""

UPDATE_KINDS: Final = ("message", "edited_message", "callback_query", "my_chat_member")
"""The updates that we ask for [api Update]."""

TOPIC_BLUE: Final = 0x6FB9F0
TOPIC_RED: Final = 0xFB6F5F
"""Two of the six icon colours that a topic may be created with [api createForumTopic]."""
