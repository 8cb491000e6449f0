"""Slack's rules for blocks and views, as far as we send any, stricter than the platform where it is
lenient: an unknown key, an unknown type or an empty list is an error.

Source: docs.slack.dev/reference/block-kit (blocks, block elements, composition objects) and /surfaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
TEXT_TOTAL = 12_000
"""Characters in all of a message: 13,200 was seen to be refused; what we promise is 12,000."""


class Invalid(Exception):
    """What Slack answers ``invalid_blocks`` or ``invalid_arguments`` to, with the reason."""


def need(condition: object, why: str) -> None:
    if not condition:
        raise Invalid(why)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def check_message(text: object, blocks: object) -> None:
    """A message: a top-level sentence and well-formed blocks, within all limits."""
    need(isinstance(text, str) and text.strip(), "no top-level text")
    assert isinstance(text, str)
    need(units(text) <= 4_000, "top-level text over 4,000")
    for raw in ("<", ">"):
        need(raw not in text, "unescaped markup in the top-level text")
    need("&" not in text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", ""), "bare &")
    need(isinstance(blocks, list) and blocks, "no blocks")
    assert isinstance(blocks, list)
    need(len(blocks) <= MESSAGE_BLOCKS, "over 50 blocks")
    check_blocks(blocks, surface="message")
    need(units(text) + sum(map(units, words(blocks))) <= TEXT_TOTAL, "message too long")


def check_view(view: Any, kind: str) -> None:
    need(isinstance(view, dict), "view is no object")
    need(view.get("type") == kind, f"not a {kind} view")
    allowed = {"type", "blocks", "callback_id", "private_metadata"}
    if kind == "modal":
        allowed |= {"title", "submit", "close", "clear_on_close", "notify_on_close"}
        for name in ("title", "submit", "close"):
            if name in view or name == "title":
                plain(view.get(name), 24)
        has_input = any(block.get("type") == "input" for block in view.get("blocks", ()))
        need(not has_input or "submit" in view, "input without submit")
    unknown(view, allowed)
    need(units(view.get("private_metadata", "")) <= 3000, "private_metadata over 3,000")
    need(units(view.get("callback_id", "")) <= 255, "callback_id over 255")
    need(0 < len(view.get("blocks") or ()) <= VIEW_BLOCKS, "view without blocks, or too many")
    check_blocks(view["blocks"], surface=kind)


def check_blocks(blocks: list[Any], *, surface: str) -> None:
    ids: list[str] = []
    actions: list[str] = []
    for block in blocks:
        need(isinstance(block, dict), "block is no object")
        if "block_id" in block:
            need(0 < units(block["block_id"]) <= 255, "block_id")
            ids.append(block["block_id"])
        match block.get("type"):
            case "header":
                unknown(block, {"type", "text", "block_id"})
                plain(block.get("text"), 150)
            case "rich_text":
                unknown(block, {"type", "elements", "block_id"})
                check_rich(block)
            case "actions":
                unknown(block, {"type", "elements", "block_id"})
                elements = block.get("elements")
                need(isinstance(elements, list) and 1 <= len(elements) <= 25, "actions 1 to 25")
                for element in elements:
                    check_button(element)
                    actions.append(element["action_id"])
            case "input":
                need(surface == "modal", "input outside a modal")
                unknown(block, {"type", "block_id", "label", "element", "hint", "optional"})
                plain(block.get("label"), 2000)
                if "hint" in block:
                    plain(block["hint"], 2000)
                check_input(block.get("element"))
                actions.append(block["element"]["action_id"])
            case "divider":
                unknown(block, {"type", "block_id"})
            case other:
                raise Invalid(f"block type {other!r} is not expected here")
    need(len(ids) == len(set(ids)), "block_id twice")
    need(len(actions) == len(set(actions)), "action_id twice")


def check_button(element: Any) -> None:
    unknown(element, {"type", "action_id", "text", "value", "style", "url"})
    need(element.get("type") == "button", "only buttons in actions")
    plain(element.get("text"), 75)
    need(0 < units(element.get("action_id", "")) <= 255, "action_id")
    need(0 < units(element.get("value", "")) <= 2000, "value")
    need(units(element.get("url", "")) <= 3000, "url")
    need(element.get("style", "primary") in ("primary", "danger"), "style")


def check_input(element: Any) -> None:
    need(isinstance(element, dict) and element.get("type") == "plain_text_input", "input element")
    unknown(
        element,
        {"type", "action_id", "multiline", "max_length", "initial_value", "focus_on_load"},
    )
    most = element.get("max_length", 3000)
    need(1 <= most <= 3000, "max_length over 3,000")
    if "initial_value" in element:
        need(0 < len(element["initial_value"]) <= most, "initial_value")


def check_rich(block: Any) -> None:
    elements = block.get("elements")
    need(isinstance(elements, list) and elements, "rich_text without elements")
    need(sum(map(units, words([block]))) <= 3000, "rich_text over 3,000")
    for element in elements:
        match element.get("type"):
            case "rich_text_section" | "rich_text_quote":
                unknown(element, {"type", "elements"})
                inline(element)
            case "rich_text_list":
                unknown(element, {"type", "style", "elements", "offset", "indent"})
                need(element.get("style") in ("bullet", "ordered"), "list style")
                need(
                    isinstance(element.get("elements"), list) and element["elements"], "empty list"
                )
                need(element.get("offset", 1) >= 1, "offset")
                for item in element["elements"]:
                    need(item.get("type") == "rich_text_section", "list of sections")
                    inline(item)
            case other:
                raise Invalid(f"rich text element {other!r}")


def inline(element: Any) -> None:
    parts = element.get("elements")
    need(isinstance(parts, list) and parts, "empty section")
    for part in parts:
        match part.get("type"):
            case "text":
                unknown(part, {"type", "text", "style"})
                need(isinstance(part.get("text"), str) and part["text"], "empty text element")
                part["text"].encode()  # a lone surrogate is refused
                style = part.get("style", {"bold": True})
                need(style and set(style) <= {"bold", "italic", "strike", "code"}, "style")
            case "link":
                unknown(part, {"type", "url", "text", "style"})
                need(str(part.get("url", "")).startswith(("https://", "http://")), "url of a link")
                need(part.get("text", "x"), "empty text of a link")
                need(set(part.get("style", {})) <= {"bold", "italic", "strike", "code"}, "style")
            case "user":
                unknown(part, {"type", "user_id"})
                need(str(part.get("user_id", "")).startswith(("U", "W")), "user_id")
            case "usergroup":
                unknown(part, {"type", "usergroup_id"})
                need(str(part.get("usergroup_id", "")).startswith("S"), "usergroup_id")
            case other:
                raise Invalid(f"inline element {other!r} is not expected from us")


def plain(value: Any, most: int) -> None:
    need(isinstance(value, dict) and value.get("type") == "plain_text", "must be plain_text")
    unknown(value, {"type", "text", "emoji"})
    need(isinstance(value.get("text"), str) and value["text"].strip(), "empty plain_text")
    need(units(value["text"]) <= most, f"plain_text over {most}")


def unknown(value: Any, allowed: set[str]) -> None:
    need(isinstance(value, dict), "not an object")
    extra = set(value) - allowed
    need(not extra, f"unknown keys {sorted(extra)}")


def words(value: Any) -> Iterator[str]:
    """Every text and value in blocks, in order."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key in ("text", "value") and isinstance(one, str):
                yield one
            else:
                yield from words(one)
    elif isinstance(value, list):
        for one in value:
            yield from words(one)


def shown_text(blocks: list[Any]) -> str:
    """What a reader sees of headers and rich text, without buttons; blocks and items end a line."""
    lines: list[str] = []
    for block in blocks:
        match block["type"]:
            case "header":
                lines.append(block["text"]["text"])
            case "rich_text":
                for element in block["elements"]:
                    if element["type"] == "rich_text_list":
                        lines.extend("".join(words(item)) for item in element["elements"])
                    else:
                        lines.append("".join(words(element)))
    return "\n".join(lines)


def live(value: Any) -> list[str]:
    """Types of everything in blocks that is more than text: links, mentions, broadcasts, mrkdwn."""
    found: list[str] = []
    if isinstance(value, dict):
        kind = value.get("type")
        if kind in {
            "link", "user", "usergroup", "channel", "broadcast", "emoji", "date", "mrkdwn", "team",
        }:  # fmt: skip
            found.append(str(kind))
        if value.get("url"):
            found.append("url")
        for one in value.values():
            found.extend(live(one))
    elif isinstance(value, list | tuple):
        for one in value:
            found.extend(live(one))
    return found
