"""Editing the guide by form: pure functions from a source (path → text) to a new one.

target, targets   what can be edited: list, read as a form, write back
check, mends      findings while typing, with their place and one-click mends
find              search the text as patients see it
create, review    new pages, menu order, closed days, danger words; "checked by an editor"
remove            pages that go or get another id, and what links to them
changes, merge    what changed, text by text; two editors at once
export, archive   the source as files and as a zip archive
"""
