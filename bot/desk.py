"""What staff do with an enquiry, and what the patient gets to see of it: only what they chose to send.

Rules: nobody listed, nobody acts; claim is atomic (one Conversation, one lock) and the loser reads who
and when; a reply is written, previewed exactly, then sent; a draft goes out once; a text is never lost
to a race or an error; notes stay with the team.
"""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from bot import buttons, cards, danger, enquiries
from bot import effects as fx
from bot import events as ev
from bot.release import Staff
from bot.scene import Scene, column
from bot.screens import Rows, Screen
from bot.state import Assignee, Draft, Enquiry, Status
from bot.text import Text, quote_typed

REPLY_MOST = 3000
"""Characters of a reply: what a Slack modal's input takes (Block Kit, plain_text_input.max_length)."""

DRAFTS = 20
LEADS = frozenset({"lead", "admin"})


def handle(scene: Scene, event: ev.StaffEvent) -> None:
    """One act of a staff member."""
    enquiry = scene.state.enquiry(event.reference)
    staff = scene.release.staff_of(event.actor.account) if event.actor.trusted else None
    if enquiry is None:
        _toast(scene, "desk.toast.unknown", refused=True, reference=event.reference)
        return
    if isinstance(event, ev.NoteWritten):
        _note(scene, enquiry, event, staff)
        return
    if staff is None:
        key = "desk.toast.stranger" if event.actor.trusted else "desk.toast.untrusted"
        _toast(scene, key, refused=True, account=event.actor.account)
        return
    me = Assignee(staff.id, staff.name, event.actor.account)
    match event:
        case ev.EnquiryClaimed():
            _claim(scene, enquiry, me)
        case ev.EnquiryUnclaimed():
            _unclaim(scene, enquiry, me, staff)
        case ev.EnquiryTakenOver():
            _take_over(scene, enquiry, me)
        case ev.ReplyOpened(actor=actor, draft=draft):
            _open_reply(scene, enquiry, me, actor, draft)
        case ev.ReplyDrafted():
            _draft(scene, enquiry, me, event)
        case ev.FacilitatorReplied(actor=actor, draft=draft):
            _reply(scene, enquiry, me, actor, draft)
        case ev.ReplyDiscarded(draft=draft):
            _discard(scene, enquiry, draft)
        case ev.EnquiryResolved():
            _close(scene, enquiry, me)
        case ev.EnquiryReopened():
            _reopen(scene, enquiry, me)
        case ev.PatientBlocked():
            _block(scene, enquiry, me, True)
        case ev.PatientUnblocked():
            _block(scene, enquiry, me, False)
        case _:
            assert_never(event)


def _toast(scene: Scene, key: str, *, refused: bool = False, **values: str) -> None:
    scene.do(fx.Toast(scene.label(key, **values), refused))


def _clock(scene: Scene, enquiry: Enquiry) -> str:
    zone = scene.release.organisation.hours.zone
    return scene.phrases.clock(enquiry.claimed_at or scene.given.now, zone)


# ---- who has it


def _claim(scene: Scene, enquiry: Enquiry, me: Assignee) -> None:
    if not enquiry.is_open:
        _toast(scene, "desk.toast.closed", refused=True, reference=enquiry.reference)
    elif enquiry.assignee is not None and enquiry.assignee.id == me.id:
        _seen(scene, enquiry, me)
        _toast(scene, "desk.toast.yours", reference=enquiry.reference)
    elif enquiry.assignee is not None:
        _toast(
            scene, "desk.toast.taken", refused=True,
            name=enquiry.assignee.name, time=_clock(scene, enquiry),
        )  # fmt: skip
    else:
        _assign(scene, enquiry, me)
        _toast(scene, "desk.toast.claimed", reference=enquiry.reference)


def _seen(scene: Scene, enquiry: Enquiry, me: Assignee) -> Enquiry:
    """Whoever has the enquiry acts on it: a new alert in it has been seen."""
    if enquiry.alert is None or enquiry.alert.seen_by is not None:
        return enquiry
    enquiry = danger.seen(scene, enquiry, me.name)
    scene.put(enquiry)
    cards.show(scene, enquiry)
    return enquiry


def _assign(scene: Scene, enquiry: Enquiry, me: Assignee) -> Enquiry:
    status = Status.CLAIMED if enquiry.status is Status.NEW else enquiry.status
    enquiry = replace(enquiry, assignee=me, claimed_at=scene.given.now, status=status)
    enquiry = danger.seen(scene, enquiry, me.name)
    scene.put(enquiry)
    cards.show(scene, enquiry)
    scene.do(fx.TellDesk(enquiry.reference, scene.text("desk.claimed", name=me.name)))
    return enquiry


def _unclaim(scene: Scene, enquiry: Enquiry, me: Assignee, staff: Staff) -> None:
    if enquiry.assignee is None or not enquiry.is_open:
        _toast(scene, "desk.toast.not_claimed", refused=True, reference=enquiry.reference)
        return
    if enquiry.assignee.id != me.id and staff.role not in LEADS:
        _toast(
            scene, "desk.toast.taken", refused=True,
            name=enquiry.assignee.name, time=_clock(scene, enquiry),
        )  # fmt: skip
        return
    status = Status.NEW if enquiry.status is Status.CLAIMED else enquiry.status
    enquiry = replace(enquiry, assignee=None, claimed_at=None, status=status)
    scene.put(enquiry)
    cards.show(scene, enquiry)
    scene.do(fx.TellDesk(enquiry.reference, scene.text("desk.unclaimed", name=me.name)))
    _toast(scene, "desk.toast.unclaimed", reference=enquiry.reference)


def _take_over(scene: Scene, enquiry: Enquiry, me: Assignee) -> None:
    if not enquiry.is_open:
        _toast(scene, "desk.toast.closed", refused=True, reference=enquiry.reference)
        return
    if enquiry.assignee is not None and enquiry.assignee.id == me.id:
        _toast(scene, "desk.toast.yours", reference=enquiry.reference)
        return
    _assign(scene, enquiry, me)
    _toast(scene, "desk.toast.claimed", reference=enquiry.reference)


# ---- replying


def _may_reply(scene: Scene, enquiry: Enquiry, me: Assignee) -> bool:
    if not enquiry.is_open:
        _toast(scene, "desk.toast.closed", refused=True, reference=enquiry.reference)
        return False
    if scene.state.stopped:
        _toast(scene, "desk.toast.stopped", refused=True)
        return False
    if enquiry.assignee is not None and enquiry.assignee.id != me.id:
        _toast(
            scene, "desk.toast.taken", refused=True,
            name=enquiry.assignee.name, time=_clock(scene, enquiry),
        )  # fmt: skip
        return False
    return True


def _open_reply(
    scene: Scene, enquiry: Enquiry, me: Assignee, actor: ev.Actor, draft_id: str
) -> None:
    if not _may_reply(scene, enquiry, me):
        return
    enquiry = _assign(scene, enquiry, me) if enquiry.assignee is None else _seen(scene, enquiry, me)
    mine = [one for one in enquiry.drafts if one.author.id == me.id]
    waiting = next((one for one in reversed(mine) if one.state in ("open", "drafted")), None)
    named = enquiry.draft(draft_id) if draft_id else None
    if named is not None and named.state in ("sent", "delivered"):
        _toast(scene, "desk.toast.sent_already", refused=True)
        return
    draft = named or waiting or Draft(scene.given.token, me)
    _keep(scene, enquiry, draft)
    name = scene.state.name or scene.label("desk.nameless")
    title = scene.label("desk.form.title", reference=enquiry.reference, name=name)
    hint = scene.label("desk.form.hint", name=name)
    if actor.forms:
        scene.do(fx.OpenForm(enquiry.reference, draft.id, title, hint, draft.text))
    else:
        text = scene.text("desk.form.prompt", reference=enquiry.reference)
        scene.do(fx.AskForReply(enquiry.reference, draft.id, text, actor.desk, actor.account))


def _keep(scene: Scene, enquiry: Enquiry, draft: Draft) -> None:
    others = tuple(one for one in enquiry.drafts if one.id != draft.id)
    scene.put(replace(enquiry, drafts=(*others, draft)[-DRAFTS:]))


def _draft(scene: Scene, enquiry: Enquiry, me: Assignee, event: ev.ReplyDrafted) -> None:
    known = enquiry.draft(event.draft) if event.draft else None
    if known is not None and known.author.id != me.id:
        # a colleague's draft stays theirs, word for word: this text becomes one of its own
        known, event = None, replace(event, draft="")
    if known is not None and known.state in ("sent", "delivered"):
        _toast(scene, "desk.toast.sent_already", refused=True)
        return
    text = event.text.strip()
    if not text and event.file is None:
        scene.do(fx.ShowFormErrors((("text", scene.label("desk.form.empty")),)))
        return
    draft = replace(
        known or Draft(event.draft or scene.given.token, me),
        author=me, text=event.text, file=event.file, state="drafted",
    )  # fmt: skip
    # kept before anything is refused: a text is never lost to a race or an error
    _keep(scene, enquiry, draft)
    enquiry = scene.state.enquiry(enquiry.reference) or enquiry
    if len(text) > REPLY_MOST:
        message = scene.label("desk.form.long", length=str(len(text)), most=str(REPLY_MOST))
        scene.do(fx.ShowFormErrors((("text", message),)))
        return
    if not _may_reply(scene, enquiry, me):
        return
    label = _label(scene, enquiry, me)
    if event.actor.forms:
        scene.do(fx.ShowPreview(enquiry.reference, draft.id, label, event.text))
        return
    scene.do(
        fx.ShowDraft(
            enquiry.reference, draft.id, label, event.text, event.actor.desk,
            _draft_rows(scene, enquiry, draft), event.file,
        )
    )  # fmt: skip


def _draft_rows(scene: Scene, enquiry: Enquiry, draft: Draft) -> Rows:
    def act(name: str) -> tuple[str, str]:
        return f"desk.{name}", buttons.enquiry(enquiry.reference, name, draft.id)

    send, change, discard = (scene.button(*act(name)) for name in ("send", "change", "discard"))
    return ((send,), (change, discard))


def _label(scene: Scene, enquiry: Enquiry, me: Assignee) -> Text:
    return scene.text("human.label", name=me.name, reference=enquiry.reference)


def _reply(scene: Scene, enquiry: Enquiry, me: Assignee, actor: ev.Actor, draft_id: str) -> None:
    draft = enquiry.draft(draft_id)
    if draft is None or draft.state in ("open", "discarded"):
        _toast(scene, "desk.toast.no_draft", refused=True)
        return
    if draft.author.id != me.id and draft.state in ("drafted", "failed"):
        # it would go out under another name than the preview showed: preview it under this one
        written = ev.ReplyDrafted(enquiry.reference, actor, "", draft.text, draft.file)
        _draft(scene, enquiry, me, written)
        return
    if draft.state != "drafted" and draft.state != "failed":
        _toast(scene, "desk.toast.sent_already", refused=True)
        return
    if len(draft.text.strip()) > REPLY_MOST or not _may_reply(scene, enquiry, me):
        return
    if enquiry.assignee is None:
        enquiry = _assign(scene, enquiry, me)
    first = enquiry.spoke_at is None
    seq = scene.take_seq()
    footer = scene.text("human.first", name=me.name) if first else ()
    rows = scene.with_home((() if not enquiry.consented else (scene.question_button(enquiry),),))
    scene.do(
        fx.RelayToPatient(
            seq, enquiry.reference, draft.id, _label(scene, enquiry, me), draft.text,
            draft.file, footer, rows,
        )
    )  # fmt: skip
    scene.update(kept_seq=seq)
    scene.do(fx.CancelTimer("promise", enquiry.reference))
    enquiry = replace(
        enquiry, status=Status.AWAITING_PATIENT, spoke_at=scene.given.now, due_at=None,
        late_told=False,
    )  # fmt: skip
    _keep(scene, enquiry, replace(draft, state="sent", seq=seq, author=me))
    enquiry = scene.state.enquiry(enquiry.reference) or enquiry
    said = (*scene.text("desk.replied", name=me.name), *quote_typed(draft.text))
    scene.do(fx.TellDesk(enquiry.reference, said))
    cards.show(scene, enquiry)
    _toast(scene, "desk.toast.sending")


def _discard(scene: Scene, enquiry: Enquiry, draft_id: str) -> None:
    draft = enquiry.draft(draft_id)
    if draft is None or draft.state in ("sent", "delivered"):
        _toast(scene, "desk.toast.sent_already", refused=True)
        return
    _keep(scene, enquiry, replace(draft, state="discarded"))
    _toast(scene, "desk.toast.discarded")


def replied(scene: Scene, event: ev.DeliveryReported) -> None:
    """The true outcome of a reply, told in the thread."""
    enquiry = scene.state.enquiry(event.reference)
    draft = enquiry.draft(event.name) if enquiry else None
    if enquiry is None or draft is None:
        return
    zone = scene.release.organisation.hours.zone
    time = scene.phrases.clock(event.at, zone)
    came = event.outcome in ("delivered", "possibly_repeated")
    enquiry = enquiry if came else _not_answered(scene, enquiry, draft, event.outcome)
    _keep(scene, enquiry, replace(draft, state="delivered" if came else "failed"))
    if not came:
        cards.show(scene, scene.state.enquiry(enquiry.reference) or enquiry)
    key = f"desk.outcome.{event.outcome}"
    name = scene.state.name or scene.label("desk.nameless")
    scene.do(fx.TellDesk(event.reference, scene.text(key, time=time, name=name)))
    if event.outcome == "gone":
        scene.update(unreachable=True)


def _not_answered(scene: Scene, enquiry: Enquiry, failed: Draft, outcome: str) -> Enquiry:
    """A reply did not reach the patient: it is our turn still, and the card must say so."""
    if enquiry.status is not Status.AWAITING_PATIENT:
        return enquiry
    others = [one for one in enquiry.drafts if one.id != failed.id]
    spoken = any(one.state in ("sent", "delivered") for one in others)
    status = Status.ANSWERED if spoken else Status.CLAIMED
    enquiry = replace(enquiry, status=status, spoke_at=enquiry.spoke_at if spoken else None)
    # nothing more can be sent to a patient who is gone: no promise to keep there
    return enquiry if outcome == "gone" else enquiries.promise_again(scene, enquiry)


# ---- ending


def _close(scene: Scene, enquiry: Enquiry, me: Assignee) -> None:
    if not enquiry.is_open:
        _toast(scene, "desk.toast.closed", refused=True, reference=enquiry.reference)
        return
    enquiry = danger.seen(scene, enquiry, me.name)
    enquiry = replace(
        enquiry, status=Status.RESOLVED, resolved_from=enquiry.status,
        resolved_at=scene.given.now, due_at=None, urgent=False,
    )  # fmt: skip
    scene.put(enquiry)
    for timer in ("promise", "alert"):
        scene.do(fx.CancelTimer(timer, enquiry.reference))
    cards.show(scene, enquiry)
    undo = scene.button("desk.undo", buttons.enquiry(enquiry.reference, "reopen"))
    scene.do(
        fx.TellDesk(enquiry.reference, scene.text("desk.closed", name=me.name), rows=((undo,),))
    )
    _toast(scene, "desk.toast.closed_now", reference=enquiry.reference)
    if scene.state.stopped or not enquiry.consented:
        return
    reopen = scene.button("button.reopen", buttons.enquiry(enquiry.reference, "reopen"))
    text = scene.text("closed.told", reference=enquiry.reference)
    scene.show(Screen(text, scene.with_home(column(reopen)), keep=True))


def _reopen(scene: Scene, enquiry: Enquiry, me: Assignee) -> None:
    if enquiry.is_open:
        _toast(scene, "desk.toast.open_already", reference=enquiry.reference)
        return
    if enquiry.status is Status.WITHDRAWN or (enquiry.consented and scene.state.consent is None):
        _toast(scene, "desk.toast.withdrawn", refused=True)
        return
    other = scene.state.open_enquiry
    if other is not None:
        _toast(scene, "desk.toast.other_open", refused=True, reference=other.reference)
        return
    enquiry = enquiries.opened_again(scene, enquiry, undone=True)
    scene.do(fx.TellDesk(enquiry.reference, scene.text("desk.reopened_by", name=me.name)))
    _toast(scene, "desk.toast.reopened", reference=enquiry.reference)
    if not scene.state.stopped and enquiry.consented:
        rows = column(scene.question_button(enquiry))
        scene.say("reopen.by_team", rows, keep=True, reference=enquiry.reference)


def _block(scene: Scene, enquiry: Enquiry, me: Assignee, blocked: bool) -> None:
    key = "blocked" if blocked else "unblocked"
    if scene.state.blocked == blocked:
        _toast(scene, f"desk.toast.{key}")
        return
    scene.update(blocked=blocked)
    cards.show(scene, enquiry)
    scene.do(fx.TellDesk(enquiry.reference, scene.text(f"desk.{key}", name=me.name)))
    _toast(scene, f"desk.toast.{key}")
    scene.say(f"{key}.told", keep=True)


# ---- notes


def _note(scene: Scene, enquiry: Enquiry, event: ev.NoteWritten, staff: Staff | None) -> None:
    """The first thread message on an enquiry is answered once: only the team sees it."""
    if staff is None or enquiry.note_answered:
        return
    scene.put(replace(enquiry, note_answered=True))
    text = scene.text("desk.team_only", reference=enquiry.reference)
    scene.do(fx.TellDesk(enquiry.reference, text, desk=event.actor.desk, to=event.actor.account))
