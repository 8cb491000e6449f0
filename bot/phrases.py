"""Every phrase key that the core uses, with the names it may fill and what the phrase is for.

The words themselves are content (``content/<locale>/phrases.po``); the linter holds both against each
other. The organisation's facts ({publication}, {institution}, {team_languages}, {desk_hours}, …) and
{channel} may stand in every phrase. Labels of buttons are marked: at most 30 characters.
Keys of form steps (``form.<step>.title``, ``.ask``, ``.label``, ``.<option>``) follow from ``form.yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhraseSpec:
    """names: placeholders that the program fills; label: one line, a button or a toast."""

    names: tuple[str, ...]
    label: bool
    note: str


def _text(note: str, *names: str) -> PhraseSpec:
    return PhraseSpec(names, False, note)


def _label(note: str, *names: str) -> PhraseSpec:
    return PhraseSpec(names, True, note)


PHRASES: dict[str, PhraseSpec] = {
    # ---- home and pages
    "home.open_question": _text("above Home: question is open, no promise", "reference"),
    "home.open_question_due": _text("above Home; due in the patient's time", "reference", "due"),
    "home.open_question_due_seoul": _text("the same, time is Seoul's", "reference", "due"),
    "page.counter": _label("after the title: 2/3", "page", "pages"),
    "page.gone": _text("the page of an old button is no longer there; choose from the menu below"),
    "page.in_english": _text("one line above a page in English, for a reader of another language: this text is "
                             "there in English only; you can ask a person in your language"),
    "page.unchecked": _text("one line below a translated page: no editor has checked this translation yet"),
    "page.newer": _text("one line below a translated page: the English text is newer than this translation"),
    "button.unknown": _text("a button that this bot does not know (too old or broken)"),
    "source.unreviewed": _text(
        "where a page is from: 'Adapted from the guide as it stood in 2026. Not yet checked by "
        "the editors.'", "title", "source", "author"),
    "source.reviewed": _text("the same, checked", "title", "source", "author", "reviewer", "date"),
    "source.position": _text("this page states a view of the directory, not only facts"),
    # ---- buttons
    "button.menu": _label("button: home"),
    "button.back": _label("button: back"),
    "button.next": _label("button: next page, 'Next 2/2'", "page", "pages"),
    "button.source": _label("button: Where is this from?"),
    "button.section": _label("button under a FAQ or a glossary card: Read the section"),
    "button.language": _label("button: choose a language; to be recognised by readers of any"),
    "button.write": _label("button: Write to a person"),
    "button.question": _label("button: My question"),
    "button.helpful": _label("button under a FAQ: This helped"),
    "button.unhelpful": _label("button under a FAQ: This did not help"),
    "button.withdraw": _label("button: Withdraw my question"),
    "button.reopen": _label("button: Ask again about this (reopens a closed question)"),
    "button.mydata": _label("button: See my data"),
    "button.forget": _label("button: Delete my data"),
    "button.stop": _label("button: Stop messages"),
    "button.skip": _label("button"),
    "button.cancel": _label("button"),
    "button.yes": _label("button"),
    "button.no": _label("button"),
    # ---- free text
    "ask.choices": _text("up to three pages may answer; choose one below", "text"),
    "ask.not_covered": _text("tone screen 4: the guide has no answer, the bot does not guess; what "
                             "was typed can go to a person"),
    "ask.nearest": _text("one line under an honest 'not in the guide': Nearest page: {title}", "title"),
    "ask.not_understood": _text("tone screen 4, second form: not understood; guide is in English; "
                                "write to a person in your own language"),
    "ask.second_miss": _text("second miss in a row: a person is the better way; what was typed goes "
                             "with it"),
    "ask.send": _label("button: Send it to a person"),
    "ask.how": _text("/ask without words: type the question in your own words"),
    "ask.empty": _text("an empty message came; type or choose"),
    # ---- the patient's language
    "language.name": _label("button: this language, by its own name"),
    "language.choose": _text("choose a language below; some pages are in English only"),
    "language.use": _label("button: Continue in this language"),
    "language.offer": _text("you write in this language; shall the bot go on in it? part of the guide is "
                            "in English only; said in the language offered"),
    "language.offer_other": _text("the same question, short, in the language used so far", "language"),
    "language.now": _text("from now on in this language"),
    "language.now_partly": _text("the same for a language that not all is translated into; such pages come in "
                                 "English; a person can be asked in this language"),
    "language.kept": _text("the bot stays with this language; another one can be chosen at any time"),
    # ---- did an answer help
    "helpful.thanks": _label("a short line at the tapped button, for yes and for no: Thank you. It was "
                             "counted, without your name"),
    "helpful.no": _text("after 'This did not help': a person can answer; or ask in other words"),
    # ---- consent
    "consent.agree": _label("button: I agree"),
    "consent.no": _label("button: No, go back"),
    "consent.all": _label("button: Read all of it"),
    "consent.declined": _text("after No: nothing was sent or kept; the guide stays open"),
    # ---- form
    "form.progress": _text("heading '1 of 7 · Your question': write as a bold line",
                           "step", "steps", "title"),
    "form.question.offer": _text("tone screen 6: You wrote {text} – a block of its own –. Shall we "
                                 "send this? You can also write it again", "text"),
    "form.late_offer": _text("came before the question was shown: {text} block. Was this your "
                             "answer?", "text"),
    "form.away_offer": _text("typed over a page of the guide while a form is open: {text} block. Is this "
                             "your answer? Or choose a page", "text"),
    "form.use": _label("button: Use this"),
    "form.again": _label("button: Write it again"),
    "form.choose": _text("one line before the question again: please choose one of the buttons"),
    "form.too_long": _text("too long; nothing is lost in their chat; send it in parts, the rest "
                           "after sending", "length", "most"),
    "form.resumed": _text("one line: here is where we stopped"),
    "form.cancelled": _text("nothing was sent; the question is kept here and offered again"),
    "form.was_cancelled": _text("an old button of a cancelled form: this was cancelled, nothing sent"),
    "form.gone": _text("an old button of a form that is no longer there; start again below"),
    "form.edited": _text("the changed text was taken as the answer"),
    "form.continue": _label("button: Continue"),
    "form.skipped": _label("value of a skipped line: 'not said'"),
    "form.time.confirm": _text("'{place}, {time} now. Right?'", "place", "time"),
    "form.time.which": _text("several places of that name: which one?"),
    "form.time.place": _label("button: '{place}, {time} now'", "place", "time"),
    "form.time.none": _label("button: None of these"),
    "form.time.unknown": _text("place or time was not understood: type like 15:40, or a big city"),
    "form.review.title": _text("Please check. Tap a line to change it."),
    "form.review.line": _text("'{label}: {value}', label bold", "label", "value"),
    "form.review.reading": _text("Goes with it: you were reading …", "title"),
    "form.review.send": _label("button: Send to our team"),
    # ---- sent, waiting, status
    "sent.done": _text("Sent. Your reference is … A person answers here, in this chat.", "reference"),
    "sent.more": _text("what you type now goes to our team; buttons still open the guide; if unwell "
                       "do not wait: local emergency number"),
    "promise.due": _text("a person answers by … your time", "due"),
    "promise.due_seoul": _text("a person answers by … Seoul time", "due"),
    "promise.none": _text("no promise: our team works {desk_hours}; a person answers in these hours"),
    "promise.open": _text("it is {time} in Seoul, the team is at work", "time"),
    "promise.closed": _text("it is {time} in Seoul; nobody is reading now", "time"),
    "promise.opens": _text("it is {time} in Seoul, nobody reads now; opens {opens} your time",
                           "time", "opens"),
    "promise.opens_seoul": _text("the same, Seoul time", "time", "opens"),
    "queued.passed": _text("one short line: passed to our team"),
    "status.none": _text("no question was sent yet"),
    "status.unknown": _text("a button about a question that is not known (any more)"),
    "status.new": _text("with our team, nobody has taken it yet", "reference", "name"),
    "status.claimed": _text("{name} has it", "reference", "name"),
    "status.answered": _text("{name} has your new message", "reference", "name"),
    "status.awaiting_patient": _text("{name} has answered; you can write back here", "reference", "name"),
    "status.resolved": _text("closed; can be opened again below", "reference", "name"),
    "status.withdrawn": _text("you withdrew it", "reference", "name"),
    "status.alerted": _text("an alert about your message is with the team; write more for an answer",
                            "reference"),
    "status.question": _text("You asked: {text} – a block of its own", "text"),
    "withdraw.ask": _text("withdraw … ? the team will not answer it", "reference"),
    "withdraw.yes": _label("button: Yes, withdraw it"),
    "withdraw.no": _label("button: No, keep it"),
    "withdraw.done": _text("withdrawn; guide stays open", "reference"),
    "reopen.done": _text("open again; the team was told", "reference"),
    "reopen.by_team": _text("our team opened your question again", "reference"),
    "closed.told": _text("our team closed the question; the bot answers again; button below reopens, "
                         "or quote a human's message", "reference"),
    "late.due": _text("the answer will be later than we said; new time, patient's", "reference", "due"),
    "late.due_seoul": _text("the same, Seoul time", "reference", "due"),
    "late.none": _text("the answer will be later than we said; no new time promised", "reference"),
    # ---- files
    "file.before_consent": _text("the file was not kept; write to a person first, then send it again"),
    "file.in_form": _text("the file was not kept; finish and send the form, then send it again; text "
                          "now is the answer"),
    "file.too_big": _text("not passed on: larger than {most} MB; send a smaller one", "most"),
    "file.unsupported": _text("this kind cannot be passed on; text, photos, documents, voice can"),
    # ---- commands: what Telegram shows beside each in its list (label; at most 30 characters)
    "command.menu": _label("/menu: the main menu"),
    "command.ask": _label("/ask: ask the guide"),
    "command.human": _label("/human: write to a person"),
    "command.status": _label("/status: where my question stands"),
    "command.privacy": _label("/privacy: privacy and my choices"),
    "command.mydata": _label("/mydata: see my data"),
    "command.forget": _label("/forget: delete my data"),
    "command.language": _label("/language: choose a language"),
    "command.help": _label("/help: how this works"),
    "command.stop": _label("/stop: no more messages"),
    # ---- small talk (used by asks.yaml)
    "small.hello": _text("answer to a greeting: automatic guide; read, type, or write to a person"),
    "small.thanks": _text("answer to thanks"),
    "small.bye": _text("answer to goodbye"),
    "small.ok": _text("answer to ok"),
    "small.who": _text("who are you / are you a bot: I am an automatic guide; people answer if asked"),
    "small.how": _text("how are you: this is automatic; ask about …"),
    # ---- /signin, for staff
    "signin.link": _text("the one-time link to the pages for staff; opens once, for {minutes} minutes; do not "
                         "pass it on. {link} stands alone on its line", "link", "minutes", "name"),
    "signin.refused": _text("/signin by somebody who is not on the staff list: this is for staff"),
    "signin.no_url": _text("/signin where the pages have no address: whoever runs the server must set "
                           "FRONTDESK_PUBLIC_URL; until then on that computer: frontdesk link"),
    # ---- trouble
    "flood.note": _text("many messages at once; the bot waits a minute; safety texts still come"),
    "error.parked": _text("something went wrong on our side; your message is kept and looked at; try "
                          "again or write to a person"),
    "blocked.told": _text("our team has stopped this chat; in an emergency local number"),
    "unblocked.told": _text("our team has opened this chat again"),
    # ---- privacy
    "mydata.caption": _text("with the file: everything stored about you, readable"),
    "forget.ask": _text("delete all? question withdrawn, cannot be undone; what remains: a record "
                        "without name that consent was given; platform's own copies"),
    "forget.yes": _label("button: Yes, delete everything"),
    "forget.no": _label("button: No, keep it"),
    "forget.done": _text("deleted here, and in the team's chat as far as the platform lets us; "
                         "what remains"),
    "stop.done": _text("question and consent withdrawn; no more messages until you write again"),
    # ---- danger (no emoji, no exclamation mark, no reassurance)
    "safety.alert.sending": _text("An alert is on its way to our team. No person has read it yet. Do "
                                  "not wait for us."),
    "safety.alert.sent": _text("The alert has reached our team. No person has read it yet. Do not "
                               "wait for us."),
    "safety.alert.none": _text("We cannot reach our team now. Do not wait for us."),
    "safety.alert_failed": _text("The alert did not reach our team. Do not wait for us. numbers again"),
    "safety.alert_late": _text("The alert has now reached our team. No person has read it yet. Do not "
                               "wait"),
    "safety.seen": _text("{name} from our team has seen your message at {time}.", "name", "time"),
    "safety.seen_seoul": _text("the same, Seoul time", "name", "time"),
    "safety.calm": _text("after 'not an emergency': our team was told; get help at any time"),
    "safety.button.write": _label("button: Write more to our team"),
    "safety.button.calm": _label("button: Not an emergency"),
    # ---- a human's words
    "human.label": _text("👤 {name}, facilitator, {institution} · {reference}", "name", "reference"),
    "human.first": _text("small line under the first reply: you are now writing with a person; what "
                         "you type goes to {name}", "name"),
    # ---- the desk (read by staff)
    "desk.nameless": _label("where a patient gave no name: 'the patient'"),
    "desk.mark.urgent": _label("🔴"),
    "desk.mark.open": _label("🔵"),
    "desk.mark.closed": _label("⚪"),
    "desk.status.new": _label("new", "name"),
    "desk.status.claimed": _label("with {name}", "name"),
    "desk.status.answered": _label("patient wrote again · {name}", "name"),
    "desk.status.awaiting_patient": _label("answered by {name}", "name"),
    "desk.status.resolved": _label("closed", "name"),
    "desk.status.withdrawn": _label("withdrawn by the patient", "name"),
    "desk.kind.emergency": _label("possible emergency"),
    "desk.kind.self-harm": _label("possible self-harm"),
    "desk.kind.violence": _label("possible violence"),
    "desk.said.choices": _label("the bot offered choices"),
    "desk.said.not_covered": _label("not in the guide"),
    "desk.said.not_understood": _label("not understood"),
    "desk.card.summary": _label("one sentence without health text, for notifications",
                                "reference", "status", "urgent", "language"),
    "desk.card.urgent_word": _label("URGENT"),
    "desk.card.head": _text("first line of the card", "mark", "reference", "status", "name", "channel"),
    "desk.card.alert": _text("{kind}, safety text shown {time} Seoul, not yet seen by a person",
                             "kind", "time", "name"),
    "desk.card.alert_seen": _text("the same, seen by {name}", "kind", "time", "name"),
    "desk.card.due": _text("reply promised by … Seoul", "due"),
    "desk.card.time": _text("Answer in {language} · sent {sent} Seoul, {there} there ({where})",
                            "sent", "there", "where", "language"),
    "desk.card.sent": _text("Answer in {language} · sent {sent} Seoul", "sent", "language"),
    "desk.card.line": _text("'{label}: {value}', label bold", "label", "value"),
    "desk.card.words": _text("Typed in danger: {words}", "words"),
    "desk.card.no_words": _text("Danger before consent: the words are not shown", "words"),
    "desk.card.read": _text("Was reading: {pages}", "pages"),
    "desk.card.said": _text("The bot said: {said}", "said"),
    "desk.card.foot": _text("Thread is team only. The patient sees nothing until you press Reply."),
    "desk.alert": _text("ALERT: {kind} · {reference} · {language} · {time} Seoul. Safety text shown. "
                        "Please claim now.", "reference", "kind", "language", "time"),
    "desk.claim": _label("button: Claim"),
    "desk.unclaim": _label("button: Release"),
    "desk.takeover": _label("button: Take over"),
    "desk.reply": _label("button: Reply to patient"),
    "desk.close": _label("button: Close"),
    "desk.reopen": _label("button: Reopen"),
    "desk.undo": _label("button: Undo close"),
    "desk.block": _label("button: Block patient"),
    "desk.unblock": _label("button: Unblock patient"),
    "desk.send": _label("button: Send to patient"),
    "desk.change": _label("button: Change"),
    "desk.discard": _label("button: Discard"),
    "desk.claimed": _text("{name} claimed this.", "name"),
    "desk.unclaimed": _text("{name} gave this back. Nobody has it now.", "name"),
    "desk.patient": _text("label over a patient's message in the thread", "name", "reference"),
    "desk.patient_edited": _text("label over a changed message (old and new follow)",
                                 "name", "reference"),
    "desk.replied": _text("{name} sent to the patient: (text follows)", "name"),
    "desk.outcome.delivered": _text("✓ delivered {time} to {name}", "time", "name"),
    "desk.outcome.possibly_repeated": _text("✓ delivered {time}, possibly twice", "time", "name"),
    "desk.outcome.gone": _text("✗ not delivered: the patient has blocked the bot or left; nothing "
                               "more can be sent here", "time", "name"),
    "desk.outcome.rejected": _text("✗ not delivered: the platform refused it; change and send again",
                                   "time", "name"),
    "desk.closed": _text("{name} closed this.", "name"),
    "desk.reopened": _text("The patient opened this again."),
    "desk.reopened_by": _text("{name} opened this again.", "name"),
    "desk.withdrawn": _text("The patient withdrew this question."),
    "desk.late": _text("The promise of {due} Seoul will be missed; the patient is told.", "due"),
    "desk.not_emergency": _text("The patient pressed 'Not an emergency'."),
    "desk.unreachable": _text("The patient has blocked the bot or left: messages cannot be delivered."),
    "desk.parked": _text("A message of this patient failed on our side and is kept: ask the operator "
                         "to run `frontdesk parked list`."),
    "desk.team_only": _text("Only the team sees this. Press Reply on the card to write to the patient.",
                            "reference"),
    "desk.blocked": _text("{name} blocked this patient. Danger is still checked.", "name"),
    "desk.unblocked": _text("{name} unblocked this patient.", "name"),
    "desk.form.title": _label("Reply to {name} · {reference}", "reference", "name"),
    "desk.form.hint": _label("over the reply box: {name} reads exactly this", "name"),
    "desk.form.prompt": _text("Telegram: reply to this message with the text for the patient; you see "
                              "it once more before it goes", "reference"),
    "desk.form.empty": _label("Write something first."),
    "desk.form.long": _label("{length} characters; at most {most}. Your text is kept.",
                             "length", "most"),
    "desk.queue.title": _text("over the list of open enquiries", "number"),
    "desk.queue.line": _text("one line of it, no reply promised: '🔵 FD-7F3Q · with Mina'",
                             "mark", "reference", "status"),
    "desk.queue.due": _text("the same with the promise, Seoul time",
                            "mark", "reference", "status", "due"),
    "desk.queue.late": _text("the same where the promise is past",
                             "mark", "reference", "status", "due", "minutes"),
    "desk.queue.more": _text("under a list that is cut: {number} more on the web desk", "number"),
    "desk.queue.empty": _text("no enquiry is open"),
    "desk.toast.unknown": _label("{reference} is not known (erased or another database).", "reference"),
    "desk.toast.stranger": _label("You are not on the staff list: ask an admin to add {account}.",
                                  "account"),
    "desk.toast.untrusted": _label("Guests and anonymous admins cannot act; use your own account.",
                                   "account"),
    "desk.toast.claimed": _label("{reference} is yours.", "reference"),
    "desk.toast.unclaimed": _label("{reference} is free again.", "reference"),
    "desk.toast.yours": _label("{reference} is already yours.", "reference"),
    "desk.toast.taken": _label("{name} has it since {time}. Take over if you must.", "name", "time"),
    "desk.toast.not_claimed": _label("Nobody has {reference}.", "reference"),
    "desk.toast.closed": _label("{reference} is closed. Reopen it first.", "reference"),
    "desk.toast.closed_now": _label("{reference} is closed.", "reference"),
    "desk.toast.open_already": _label("{reference} is already open.", "reference"),
    "desk.toast.other_open": _label("The patient has another open question: {reference}.", "reference"),
    "desk.toast.withdrawn": _label("The patient withdrew it; only they can ask again."),
    "desk.toast.reopened": _label("{reference} is open again.", "reference"),
    "desk.toast.stopped": _label("The patient stopped all messages. Nothing can be sent."),
    "desk.toast.sending": _label("On its way. The thread will say when it is delivered."),
    "desk.toast.sent_already": _label("This reply was sent already."),
    "desk.toast.no_draft": _label("There is no such draft any more."),
    "desk.toast.discarded": _label("Thrown away. Nothing was sent."),
    "desk.toast.blocked": _label("Blocked."),
    "desk.toast.unblocked": _label("Unblocked."),
}  # fmt: skip


def step_keys(step_id: str, options: tuple[str, ...]) -> tuple[str, ...]:
    """The phrase keys that a form step needs besides ``PHRASES``."""
    keys = (f"form.{step_id}.title", f"form.{step_id}.ask", f"form.{step_id}.label")
    return (*keys, *(f"form.{step_id}.{option}" for option in options))
